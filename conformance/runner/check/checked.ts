import type { Verdict } from "../../check/verdict.js";
import type { ToldFinding } from "../../explain/told-finding.js";
import type { History } from "../../history/history.js";

/** A history with what is to be said of it. */
export interface Checked {
	readonly file: string;
	readonly history: History;
	readonly verdict: Verdict;
	/** The verdict's findings in words; empty when nothing is violated. */
	readonly findings: readonly ToldFinding[];
	/** For reading and judging. */
	readonly judgedMs: number;
}
