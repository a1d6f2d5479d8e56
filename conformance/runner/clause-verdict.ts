import type { Clause } from "../../spec/load/guarantee.js";
import { type OutcomeType, outcomeOrder, type ScenarioRecord } from "./outcome.js";

/** What all scenarios of a clause together say; `untested` when there is none. */
export type ClauseVerdict = OutcomeType | "untested";

export interface ClauseRecord {
	readonly clause: Clause;
	readonly verdict: ClauseVerdict;
	readonly records: readonly ScenarioRecord[];
}

/** The worst outcome decides, but a skipped scenario does not hide that others kept the clause. */
export function clauseRecord(clause: Clause, all: Iterable<ScenarioRecord>): ClauseRecord {
	const records = [...all].filter(({ scenario }) => scenario.covers.includes(clause.id));
	const types = new Set(records.map(({ outcome }) => outcome.type));
	if (types.has("kept")) types.delete("skipped");
	return { clause, verdict: outcomeOrder.find((type) => types.has(type)) ?? "untested", records };
}
