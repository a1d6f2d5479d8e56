import type { HistoryRule } from "../history/record.js";
import type { Facts } from "./facts.js";

/** A promise that a history can break. Pure: it reads facts and reports what it finds. */
export interface Rule {
	/** Kebab-case; what a header's `rules` and a clause's `rules` in the spec name. */
	readonly name: string;
	/** Ids of the clauses that it can find broken. */
	readonly clauses: readonly string[];
	/** True for a rule that needs a workload made for it: it is applied once for each entry of the header that names it. */
	readonly onDemand?: boolean;
	/** `entry` is the header's entry of a rule that is `onDemand`. */
	check(facts: Facts, report: Report, entry?: HistoryRule): void;
}

/** Where one rule tells what it finds. */
export interface Report {
	/**
	 * The clause is broken. `records` are ordinals in the order in which the text speaks of them; `text` is asked only for the
	 * few findings that are kept.
	 */
	violated(clause: string, records: readonly number[], text: () => string): void;
	/** Something could not be decided, and why. */
	undecided(reason: string): void;
	figure(name: string, value: number, unit: string): void;
}
