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

/** What a rule measured, such as the age of answers. */
export interface Figure {
	readonly rule: string;
	readonly name: string;
	readonly value: number;
	readonly unit: string;
}

/** How often a rule found its clause broken; of these, `findings` has the first few. */
export interface Count {
	readonly rule: string;
	readonly clause: string;
	readonly count: number;
}

export type Verdict =
	| { readonly outcome: "ok"; readonly figures: readonly Figure[] }
	| {
			readonly outcome: "violated";
			/** In the order of the last record that each needs, so that the first is the first that went wrong. */
			readonly findings: readonly Finding[];
			readonly counts: readonly Count[];
			readonly figures: readonly Figure[];
	  }
	/** Nothing wrong was found, but not everything could be decided. */
	| { readonly outcome: "unknown"; readonly reasons: readonly string[]; readonly figures: readonly Figure[] };
