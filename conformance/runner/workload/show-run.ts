import type { Finding, Verdict } from "../../check/verdict.js";
import type { Codec } from "../../client/codec.js";
import type { JudgedRun } from "../../workload/judged-run.js";
import type { Counts } from "../../workload/recorder.js";
import type { RunReport } from "../../workload/run-workload.js";
import { describePlanned, type Schedule } from "../../workload/schedule.js";
import type { Workload } from "../../workload/workload.js";
import type { Screen } from "../console.js";
import { loadClauses } from "../suite.js";
import type { KnownFaults } from "./known-faults.js";

/** What will happen, before it does. */
export function showPlan(screen: Screen, workload: Workload, seed: number, { faults, leftOut }: Schedule): void {
	const { name, title, clients, inFlight, durationMs } = workload;
	screen.line(`${screen.colour("bold", name)}  ${title}`);
	if (screen.level === "quiet") return;
	const many = inFlight === 1 ? "" : `, ${inFlight} steps in flight each`;
	screen.line(`  ${clients.length} clients${many}, ${durationMs / 1000} s, seed ${seed}`);
	const texts = faults.map(describePlanned);
	screen.line(`  faults: ${texts.length === 0 ? "none" : texts.join("; ")}`);
	if (leftOut.length > 0) screen.line(`  left out, because this driver can not do it: ${leftOut.join(", ")}`);
}

export function progressText(workload: Workload, phase: string, counts: Counts): string {
	const calls = sum(counts.calls);
	return `${workload.name}: ${phase}, ${calls} calls, ${counts.lost} in doubt, ${counts.connections} connections`;
}

/** What was done and what it says about the servers. */
export function showRun(
	screen: Screen,
	{ report, verdict, judgedMs }: JudgedRun,
	outcome: RunOutcome,
	codec: Codec,
): void {
	if (screen.level !== "quiet") for (const line of reportLines(report, codec)) screen.line(`  ${line}`);
	const colour = { ok: "green", divergent: "green", violated: "red", unknown: "yellow" } as const;
	screen.line(`  ${screen.colour(colour[outcome], words[outcome])}  judged in ${(judgedMs / 1000).toFixed(1)} s`);
	if (screen.level === "verbose") {
		for (const { rule, name, value, unit } of verdict.figures) screen.line(`    ${rule}: ${name} ${value} ${unit}`);
	}
}

/** `divergent`: nothing is violated but what the servers are known to do differently. */
export type RunOutcome = Verdict["outcome"] | "divergent";

const words = { ok: "kept", divergent: "divergent as known", violated: "VIOLATED", unknown: "undecided" } as const;

/** A server that breaks the protocol violates it, whatever the history shows; one that serves nobody leaves it open. */
export function outcomeOf({ report, verdict }: Pick<JudgedRun, "report" | "verdict">, known: KnownFaults): RunOutcome {
	if (report.broken.length > 0) return "violated";
	if (verdict.outcome === "violated") {
		return verdict.counts.every(({ clause }) => known.of(clause) !== undefined) ? "divergent" : "violated";
	}
	return report.unserved.length > 0 ? "unknown" : verdict.outcome;
}

function reportLines(report: RunReport, codec: Codec): readonly string[] {
	const { counts, ranMs, callsPerSecond } = report;
	const named = Object.entries(counts.errors).map(([err, count]) => [codec.errorName(Number(err)), count] as const);
	const lines = [
		`calls: ${sum(counts.calls)} in ${(ranMs / 1000).toFixed(1)} s, ${callsPerSecond} a second: ${described(Object.entries(counts.calls))}`,
		`errors: ${described(named)}; in doubt: ${counts.lost}; events: ${counts.events}`,
		`sessions: ${counts.sessions}, ${counts.expired} expired, ${counts.connections} connections`,
		`done to the servers: ${report.faults.length === 0 ? "nothing" : report.faults.join("; ")}`,
	];
	const more = [
		...report.failedFaults.map((text) => `could not be done: ${text}`),
		...report.unserved.map((text) => `not served: ${text}`),
		...(report.left.length === 0 ? [] : [`left behind: ${report.left.slice(0, 10).join(", ")}`]),
	];
	return [...lines, ...more];
}

function described(counts: readonly (readonly [string, number])[]): string {
	if (counts.length === 0) return "none";
	const most = counts.toSorted(([, a], [, b]) => b - a);
	return most.map(([name, count]) => `${count} ${name}`).join(", ");
}

function sum(counts: Readonly<Record<string, number>>): number {
	return Object.values(counts).reduce((total, count) => total + count, 0);
}

/** The first of each clause; the command that explains has them all. */
const findingsShown = 5;

export function showFindings(screen: Screen, { report, verdict }: JudgedRun, known: KnownFaults): void {
	for (const text of report.broken) screen.line(`    breaks the protocol: ${text}`);
	if (verdict.outcome === "unknown") for (const reason of verdict.reasons) screen.line(`    ${reason}`);
	if (verdict.outcome !== "violated") return;
	// Read only now: no run that is kept needs it.
	const clauses = loadClauses();
	for (const finding of firstOfEach(verdict.findings)) {
		const clause = clauses.get(finding.clause);
		const count =
			verdict.counts.find((each) => each.clause === finding.clause && each.rule === finding.rule)?.count ?? 1;
		screen.line(`    ${finding.clause}${clause === undefined ? "" : ` (${clause.level}): ${clause.text}`}`);
		screen.line(`      ${count} times; first: ${finding.text}`);
		const fault = known.of(finding.clause);
		if (fault !== undefined) screen.line(`      known: ${fault.reason} (${fault.link})`);
		screen.line(`      records ${finding.records.join(", ")}`);
	}
}

function firstOfEach(findings: readonly Finding[]): readonly Finding[] {
	const first = new Map<string, Finding>();
	for (const finding of findings) {
		const key = `${finding.rule} ${finding.clause}`;
		if (!first.has(key)) first.set(key, finding);
	}
	return [...first.values()].slice(0, findingsShown);
}
