import type { Fault } from "../drivers/ensemble-driver.js";
import type { HistoryRule } from "../history/record.js";

/** One file of `spec/workloads/`. */
export interface Workload {
	/** Lower-case words with hyphens; the name of its file. */
	readonly name: string;
	readonly title: string;
	/** Clauses that a violation found by this workload can name. */
	readonly clauses: readonly string[];
	readonly clients: number;
	readonly durationMs: number;
	readonly sessionTimeoutMs: number;
	/** Kinds of operation with their weights; what each kind does is `generators`' matter. */
	readonly operations: Readonly<Record<string, number>>;
	readonly parameters: Readonly<Record<string, number>>;
	/** Faults to choose from, and how long between one and the next. */
	readonly faults: { readonly everyMs: readonly [number, number]; readonly choices: readonly Fault[] } | undefined;
	/** Beside those that always hold. */
	readonly rules: readonly HistoryRule[];
}
