import type { Clause } from "../../../spec/load/guarantee.js";
import { Codec } from "../../client/codec.js";
import type { ErrorNames } from "../../explain/words.js";
import { loadSuite, type Suite } from "../suite.js";

/** What words need of the spec. */
export interface SpecWords {
	clauseOf(id: string): Clause | undefined;
	readonly nameOf: ErrorNames;
}

/** Reads the spec when the first word of it is wanted: a history that is kept needs none. */
export function specWords(): SpecWords {
	let suite: Suite | undefined;
	let codec: Codec | undefined;
	const mustSuite = (): Suite => {
		suite ??= loadSuite([]);
		return suite;
	};
	const nameOf = (err: number): string => {
		codec ??= new Codec(mustSuite().wire);
		return codec.errorName(err);
	};
	return { clauseOf: (id) => mustSuite().clauses.get(id), nameOf };
}
