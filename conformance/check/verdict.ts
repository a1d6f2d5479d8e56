/** One thing that must not be, with the fewest records that show it. */
export interface Finding {
	/** Id of the clause in the spec that is broken. */
	readonly clause: string;
	/** Name of the rule that found it. */
	readonly rule: string;
	/** One or two sentences for people: who saw what, and why that can not be. */
	readonly text: string;
	/** Ordinals of records in the history (the first record is 0), in the order in which the text speaks of them. */
	readonly records: readonly number[];
}

export type Verdict =
	| { readonly outcome: "ok" }
	| { readonly outcome: "violated"; readonly findings: readonly Finding[] }
	/** Nothing wrong was found, but not everything could be decided. */
	| { readonly outcome: "unknown"; readonly reasons: readonly string[] };
