import type Mocha from "mocha";
import { type ClauseRecord, type ClauseVerdict, clauseRecord } from "./clause-verdict.js";
import { type Colour, cut, type Screen } from "./console.js";
import type { Execution } from "./execution.js";
import { describePlace } from "./failure-text.js";
import type { SuiteTree } from "./mocha-suites.js";
import type { ScenarioRecord } from "./outcome.js";

const marks: Readonly<Record<ClauseVerdict, { readonly mark: string; readonly colour: Colour }>> = {
	kept: { mark: "ok", colour: "green" },
	violated: { mark: "VIOLATED", colour: "red" },
	unexpectedlyKept: { mark: "UNEXPECTED", colour: "red" },
	divergent: { mark: "divergent", colour: "yellow" },
	undecided: { mark: "undecided", colour: "yellow" },
	skipped: { mark: "skipped", colour: "dim" },
	unreachable: { mark: "BROKE OFF", colour: "red" },
	wrong: { mark: "WRONG", colour: "red" },
	untested: { mark: "untested", colour: "dim" },
};

const markWidth = 10;

/** A mocha reporter that says clause by clause what became of it, with a line of progress on a terminal. */
export function consoleReporter(
	screen: Screen,
	tree: SuiteTree,
	execution: Execution,
	withTraces: boolean,
): Mocha.ReporterConstructor {
	return class ConsoleReporter {
		constructor(runner: Mocha.Runner) {
			const start = performance.now();
			const progress = setInterval(() => showProgress(screen, execution, start), 100).unref();
			runner.on("suite", (suite) => {
				const guarantee = tree.guarantees.get(suite);
				if (guarantee !== undefined && screen.level !== "quiet")
					screen.line(`\n${screen.colour("bold", guarantee.id)}  ${guarantee.title}`);
			});
			runner.on("suite end", (suite) => {
				const clause = tree.clauses.get(suite);
				if (clause !== undefined) showClause(screen, clauseRecord(clause, execution.finished.values()), withTraces);
			});
			runner.on("end", () => {
				clearInterval(progress);
				screen.status("");
			});
		}
	} as unknown as Mocha.ReporterConstructor;
}

function showProgress(screen: Screen, execution: Execution, start: number): void {
	const { finished, total, running } = execution;
	const seconds = ((performance.now() - start) / 1000).toFixed(1);
	screen.status(`${finished.size}/${total}  ${seconds} s  ${[...running].slice(0, 3).join(", ")}`);
}

function showClause(screen: Screen, { clause, verdict, records }: ClauseRecord, withTraces: boolean): void {
	const { mark, colour } = marks[verdict];
	const fine = verdict === "kept" || verdict === "skipped" || verdict === "divergent";
	if (screen.level === "quiet" && fine && !withTraces) return;
	const head = `  ${screen.colour(colour, mark.padEnd(markWidth))} `;
	screen.line(`${head}${clause.id}  ${screen.colour("dim", cut(clause.text, screen.width - clause.id.length - 16))}`);
	if (screen.level !== "verbose" && !withTraces) return;
	for (const record of records) {
		showScenario(screen, record);
		if (withTraces) for (const line of record.trace) screen.line(`        ${line}`);
	}
}

function showScenario(screen: Screen, { scenario, outcome, durationMs }: ScenarioRecord): void {
	const { mark, colour } = marks[outcome.type];
	const reason = "reason" in outcome ? `: ${outcome.reason}` : "";
	const took = outcome.type === "skipped" ? "" : `  ${Math.round(durationMs)} ms`;
	const where = describePlace(scenario.where);
	screen.line(`      ${screen.colour(colour, mark.padEnd(markWidth))} ${scenario.id}${took}  ${where}${reason}`);
}
