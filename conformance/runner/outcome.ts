import type { Scenario } from "../scenario/step.js";
import type { Violation } from "../scenario/verdict.js";

/** What became of one scenario. */
export type Outcome =
	| { readonly type: "kept" }
	| { readonly type: "violated"; readonly violation: Violation }
	/** Violated as the profile says it would be. */
	| { readonly type: "divergent"; readonly violation: Violation; readonly reason: string; readonly link: string }
	/** The profile says that it is violated, but it is kept. */
	| { readonly type: "unexpectedlyKept"; readonly reason: string; readonly link: string }
	| { readonly type: "undecided"; readonly reason: string }
	| { readonly type: "skipped"; readonly reason: string }
	/** The target broke off. */
	| { readonly type: "unreachable"; readonly reason: string }
	/** The scenario can not be carried out as it is written, or this program has a bug. */
	| { readonly type: "wrong"; readonly reason: string };

export type OutcomeType = Outcome["type"];

/** Worst first: what counts when one of several must speak for all. */
export const outcomeOrder: readonly OutcomeType[] = [
	"wrong",
	"unreachable",
	"violated",
	"unexpectedlyKept",
	"undecided",
	"divergent",
	"skipped",
	"kept",
];

/** One scenario with what became of it. */
export interface ScenarioRecord {
	readonly scenario: Scenario;
	readonly outcome: Outcome;
	/** Of all its runs together. */
	readonly durationMs: number;
	readonly runs: number;
	/** The wire trace of the run that decided, one line a frame. */
	readonly trace: readonly string[];
}

/** The worst of several outcomes of the same scenario. */
export function worstOf(records: readonly ScenarioRecord[]): ScenarioRecord {
	const rank = ({ outcome }: ScenarioRecord): number => outcomeOrder.indexOf(outcome.type);
	const worst = records.reduce((a, b) => (rank(b) < rank(a) ? b : a));
	const durationMs = records.reduce((sum, record) => sum + record.durationMs, 0);
	return { ...worst, durationMs, runs: records.reduce((sum, record) => sum + record.runs, 0) };
}
