import { create } from "xmlbuilder2";
import type { Report, ReportedScenario } from "./report.js";

const failing = new Set(["violated", "unexpectedlyKept"]);
const erring = new Set(["wrong", "unreachable", "undecided"]);

/** JUnit XML: a suite for each guarantee, a case for each scenario under the first clause that it covers. */
export function junitOf(report: Report): string {
	const root = create({ version: "1.0", encoding: "UTF-8", invalidCharReplacement: "\u{fffd}" }).ele("testsuites", {
		name: "zkspec",
		...totals(report.scenarios),
		time: seconds(report.durationMs),
	});
	const guarantees = new Set(report.scenarios.map(({ guarantee }) => guarantee));
	for (const guarantee of guarantees) {
		const cases = report.scenarios.filter((scenario) => scenario.guarantee === guarantee);
		const suite = root.ele("testsuite", {
			name: guarantee,
			...totals(cases),
			time: seconds(cases.reduce((sum, { durationMs }) => sum + durationMs, 0)),
			timestamp: report.startedAt.slice(0, 19),
		});
		for (const scenario of cases) addCase(suite, scenario);
	}
	return `${root.end({ prettyPrint: true })}\n`;
}

function totals(scenarios: readonly ReportedScenario[]): Readonly<Record<string, number>> {
	const count = (types: ReadonlySet<string>): number => scenarios.filter(({ outcome }) => types.has(outcome)).length;
	return {
		tests: scenarios.length,
		failures: count(failing),
		errors: count(erring),
		skipped: count(new Set(["skipped"])),
	};
}

function addCase(suite: ReturnType<typeof create>, scenario: ReportedScenario): void {
	const { id, guarantee, covers, where, durationMs, outcome, reason = "", violation } = scenario;
	const element = suite.ele("testcase", {
		name: id,
		classname: `${guarantee}.${covers[0]}`,
		file: where.file,
		line: where.line,
		time: seconds(durationMs),
	});
	const problems = violation?.problems.join("; ") ?? reason;
	if (outcome === "skipped") element.ele("skipped", { message: reason });
	else if (failing.has(outcome)) element.ele("failure", { type: outcome, message: problems }).txt(detailOf(scenario));
	else if (erring.has(outcome)) element.ele("error", { type: outcome, message: reason });
	else if (outcome === "divergent") element.ele("system-out").txt(`known divergence: ${reason} (${scenario.link})`);
}

function detailOf({ violation, reason, link }: ReportedScenario): string {
	if (violation === undefined) return `${reason} (${link})`;
	const { where, client, sent, problems, trace } = violation;
	return [`${where.file}:${where.line}:${where.column}, client ${client}`, `sent: ${sent}`, ...problems, ...trace].join(
		"\n",
	);
}

function seconds(ms: number): string {
	return (ms / 1000).toFixed(3);
}
