import { type Calls, outcomeCode } from "../history/calls.js";
import { operationCode } from "../history/operation-code.js";
import { noStat } from "../history/stats.js";

/**
 * Whether the reply shows a whole state of one node. Those in a multi's reply may show what a later part of the same multi
 * changes, which nobody can ever see.
 */
export function showsStat(calls: Calls, call: number): boolean {
	return calls.stat.get(call) !== noStat && calls.outcome.get(call) === outcomeCode.replied;
}

/** Text id of the node whose Stat the reply has. */
export function shownPath(calls: Calls, call: number): number {
	return calls.op.get(call) === operationCode.create ? calls.got.get(call) : calls.path.get(call);
}

/** Text id of the data that belongs to the reply's Stat, or `noText` where it does not tell. */
export function shownData(calls: Calls, call: number): number {
	return calls.op.get(call) === operationCode.getData ? calls.got.get(call) : calls.data.get(call);
}
