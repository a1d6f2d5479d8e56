import path from "node:path";
import type { Clause } from "../../spec/load/guarantee.js";
import { packageRoot } from "../../spec/load/package-root.js";
import type { Profile } from "../../spec/load/profile.js";
import type { Address } from "../client/connection.js";
import type { Facts } from "../scenario/environment.js";
import { describeAddress } from "./address.js";
import { type ClauseVerdict, clauseRecord } from "./clause-verdict.js";
import type { Execution } from "./execution.js";
import type { ExitCode } from "./exit-code.js";
import type { Outcome, OutcomeType, ScenarioRecord } from "./outcome.js";
import type { Probe } from "./probe.js";
import type { Suite } from "./suite.js";

/** Everything about a finished run that a report may want. */
export interface RunResult {
	readonly suite: Suite;
	readonly addresses: readonly Address[];
	readonly bundled: boolean;
	readonly probe: Probe;
	/** The ZooKeeper version that the target was taken for. */
	readonly version: string;
	readonly profile: Profile | undefined;
	readonly execution: Execution;
	/** In the order of the spec. */
	readonly records: readonly ScenarioRecord[];
	readonly startedAt: Date;
	readonly durationMs: number;
	readonly seed: number;
	readonly exitCode: ExitCode;
	readonly runnerVersion: string;
}

interface ReportedPlace {
	readonly file: string;
	readonly line: number;
	readonly column: number;
}

export interface ReportedScenario {
	readonly id: string;
	readonly title: string;
	readonly guarantee: string;
	readonly covers: readonly string[];
	readonly where: ReportedPlace;
	readonly outcome: OutcomeType;
	readonly reason?: string;
	readonly link?: string;
	readonly violation?: {
		readonly where: ReportedPlace;
		readonly client: string;
		readonly sent: string;
		readonly problems: readonly string[];
		readonly trace: readonly string[];
	};
	readonly durationMs: number;
	readonly runs: number;
}

interface ReportedClause {
	readonly id: string;
	readonly guarantee: string;
	readonly level: Clause["level"];
	readonly text: string;
	readonly cite: string;
	readonly since: string;
	readonly verdict: ClauseVerdict;
	readonly scenarios: readonly string[];
}

/** The JSON report; `spec/schema/report.v1.json` describes it. */
export interface Report {
	readonly zkspec: "report/v1";
	readonly runner: string;
	readonly startedAt: string;
	readonly durationMs: number;
	readonly seed: number;
	readonly exitCode: number;
	readonly target: {
		readonly addresses: readonly string[];
		readonly bundled: boolean;
		readonly says: string | null;
		readonly version: string;
		readonly versionProbed: boolean;
		readonly facts: Facts;
		readonly operations: Probe["operations"];
		readonly words: Probe["words"];
	};
	readonly profile: { readonly server: string; readonly file: string } | null;
	readonly brokenOff: string | null;
	readonly counts: {
		readonly clauses: Readonly<Record<string, number>>;
		readonly scenarios: Readonly<Record<string, number>>;
		readonly skips: Readonly<Record<string, number>>;
	};
	readonly clauses: readonly ReportedClause[];
	readonly scenarios: readonly ReportedScenario[];
}

export function reportOf(result: RunResult): Report {
	const { addresses, bundled, probe, version, profile, records } = result;
	const clauses = clausesOf(result);
	const { versionLine, facts, operations, words } = probe;
	return {
		zkspec: "report/v1",
		runner: result.runnerVersion,
		startedAt: result.startedAt.toISOString(),
		durationMs: Math.round(result.durationMs),
		seed: result.seed,
		exitCode: result.exitCode,
		target: {
			addresses: addresses.map(describeAddress),
			bundled,
			says: versionLine ?? null,
			version,
			versionProbed: probe.version === version,
			facts,
			operations,
			words,
		},
		profile: profile === undefined ? null : { server: profile.server, file: shortPath(profile.file) },
		brokenOff: result.execution.brokenOff ?? null,
		counts: {
			clauses: tally(clauses.map(({ verdict }) => verdict)),
			scenarios: tally(records.map(({ outcome }) => outcome.type)),
			skips: tally(records.flatMap(({ outcome }) => (outcome.type === "skipped" ? [outcome.reason] : []))),
		},
		clauses,
		scenarios: records.map(scenarioOf),
	};
}

/** Clauses of the selected scenarios, and with everything selected also those that have none. */
function clausesOf({ suite, records }: RunResult): readonly ReportedClause[] {
	const complete = records.length === suite.scenarios.length;
	return suite.guarantees
		.flatMap(({ clauses }) => clauses)
		.map((clause) => ({ clause, found: clauseRecord(clause, records) }))
		.filter(({ found }) => complete || found.records.length > 0)
		.map(({ clause: { id, guarantee, level, text, cite, since }, found }) => {
			const scenarios = found.records.map(({ scenario }) => scenario.id);
			return { id, guarantee, level, text, cite, since, verdict: found.verdict, scenarios };
		});
}

function scenarioOf({ scenario, outcome, durationMs, runs, trace }: ScenarioRecord): ReportedScenario {
	const { id, title, guarantee, covers, where } = scenario;
	return {
		id,
		title,
		guarantee,
		covers,
		where: placeOf(where),
		outcome: outcome.type,
		...("reason" in outcome ? { reason: outcome.reason } : {}),
		...("link" in outcome ? { link: outcome.link } : {}),
		...violationOf(outcome, trace),
		durationMs: Math.round(durationMs),
		runs,
	};
}

function violationOf(outcome: Outcome, trace: readonly string[]): Pick<ReportedScenario, "violation"> {
	if (!("violation" in outcome)) return {};
	const { where, client, step, problems } = outcome.violation;
	return { violation: { where: placeOf(where), client, sent: step, problems, trace } };
}

function placeOf({ file, line, column }: ReportedPlace): ReportedPlace {
	return { file: shortPath(file), line, column };
}

/** Files of the project are named from its root, so that reports of two machines are the same. */
function shortPath(file: string): string {
	const relative = path.relative(packageRoot, path.resolve(file));
	return relative.startsWith("..") ? file : relative;
}

function tally(names: readonly string[]): Readonly<Record<string, number>> {
	const counts: Record<string, number> = {};
	for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
	return counts;
}
