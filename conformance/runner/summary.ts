import { type ClauseVerdict, clauseRecord } from "./clause-verdict.js";
import type { Screen } from "./console.js";
import type { Execution } from "./execution.js";
import { type ExitCode, exitCodes } from "./exit-code.js";
import { type FailureContext, failureLines } from "./failure-text.js";
import type { OutcomeType, ScenarioRecord } from "./outcome.js";
import type { Suite } from "./suite.js";

const words: Readonly<Record<ClauseVerdict, string>> = {
	kept: "kept",
	violated: "violated",
	unexpectedlyKept: "unexpectedly kept",
	divergent: "divergent as known",
	undecided: "undecided",
	skipped: "skipped",
	unreachable: "broken off",
	wrong: "wrong",
	untested: "without a scenario",
};

/** Outcomes that are shown one by one. */
const shown: readonly OutcomeType[] = ["wrong", "unreachable", "violated", "unexpectedlyKept", "undecided"];

const namesMost = 20;

/** `3 kept, 1 violated`, in the order of the table above. */
export function describeCounts(verdicts: Iterable<ClauseVerdict>): string {
	const counts = new Map<ClauseVerdict, number>();
	for (const verdict of verdicts) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
	const parts = (Object.keys(words) as ClauseVerdict[]).filter((verdict) => counts.has(verdict));
	return parts.map((verdict) => `${counts.get(verdict)} ${words[verdict]}`).join(", ");
}

export function showFailures(screen: Screen, records: readonly ScenarioRecord[], context: FailureContext): void {
	for (const record of failuresOf(records)) {
		screen.line();
		screen.line(screen.colour("red", words[record.outcome.type].toUpperCase()));
		for (const line of failureLines(record, context)) screen.line(line);
	}
}

/** A target that broke off fails everything that ran: one of them tells as much. */
function failuresOf(records: readonly ScenarioRecord[]): readonly ScenarioRecord[] {
	const failures = records.filter(({ outcome }) => shown.includes(outcome.type));
	const first = failures.findIndex(({ outcome }) => outcome.type === "unreachable");
	return failures.filter(({ outcome }, i) => outcome.type !== "unreachable" || i === first);
}

/** Reasons with how many scenarios each of them kept from running. */
function skipCounts(records: readonly ScenarioRecord[]): ReadonlyMap<string, number> {
	const counts = new Map<string, number>();
	for (const { outcome } of records) {
		if (outcome.type === "skipped") counts.set(outcome.reason, (counts.get(outcome.reason) ?? 0) + 1);
	}
	return new Map([...counts].sort(([, a], [, b]) => b - a));
}

export function showSummary(screen: Screen, suite: Suite, execution: Execution, durationMs: number): void {
	const records = [...execution.finished.values()];
	const clauses = [...suite.clauses.values()]
		.map((clause) => clauseRecord(clause, records))
		.filter(({ verdict, clause }) => verdict !== "untested" || hasNoScenario(suite, clause.id));
	const skips = skipCounts(records);
	screen.line();
	if (skips.size > 0 && screen.level !== "quiet") {
		screen.line("Skipped:");
		for (const [reason, count] of skips) screen.line(`  ${String(count).padStart(4)}  ${reason}`);
	}
	screen.line(`clauses:   ${clauses.length}: ${describeCounts(clauses.map(({ verdict }) => verdict))}`);
	screen.line(`scenarios: ${records.length}: ${describeCounts(records.map(({ outcome }) => outcome.type))}`);
	screen.line(`time:      ${(durationMs / 1000).toFixed(1)} s`);
	for (const line of namesOfFailures(records)) screen.line(line);
}

/** The texts above may have scrolled away. */
function namesOfFailures(records: readonly ScenarioRecord[]): string[] {
	const names = failuresOf(records).map(
		({ scenario, outcome }) => `${`${words[outcome.type]}:`.padEnd(10)} ${scenario.id}`,
	);
	const more = names.length - namesMost;
	return more > 0 ? [...names.slice(0, namesMost), `and ${more} more`] : names;
}

function hasNoScenario(suite: Suite, clause: string): boolean {
	return !suite.scenarios.some(({ covers }) => covers.includes(clause));
}

/** What a run means for whoever started it. */
export function exitCodeOf(execution: Execution): ExitCode {
	const types = new Set([...execution.finished.values()].map(({ outcome }) => outcome.type));
	if (execution.brokenOff !== undefined || types.has("unreachable")) return exitCodes.unreachable;
	if (types.has("wrong")) return exitCodes.wrongUse;
	if (types.has("violated") || types.has("unexpectedlyKept")) return exitCodes.violated;
	if (types.has("undecided") || !(types.has("kept") || types.has("divergent"))) return exitCodes.undecided;
	return exitCodes.kept;
}
