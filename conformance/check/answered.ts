import { outcomeCode } from "../history/calls.js";
import type { History } from "../history/history.js";
import { operationCode } from "../history/operation-code.js";

/** True for what changes the tree or the sessions when it succeeds. */
export function isWriteCode(op: number): boolean {
	return writeCodes.has(op);
}

const writeCodes: ReadonlySet<number> = new Set([
	operationCode.create,
	operationCode.delete,
	operationCode.setData,
	operationCode.multi,
	operationCode.closeSession,
]);

export function isAnswered({ calls }: History, call: number): boolean {
	return calls.outcome.get(call) === outcomeCode.replied;
}

/** Answered without an error; of a multi, without one in any part. */
export function hasSucceeded(history: History, call: number): boolean {
	const { calls } = history;
	if (!isAnswered(history, call) || calls.err.get(call) !== 0) return false;
	if (calls.op.get(call) !== operationCode.multi) return true;
	const result = calls.resultOf(call);
	return result.op === "multi" && !result.results.some(({ op }) => op === "error");
}

/** True for a write that may have happened without a reply. */
export function isInDoubt({ calls }: History, call: number): boolean {
	return isWriteCode(calls.op.get(call)) && calls.outcome.get(call) !== outcomeCode.replied;
}

/** The session that a call belongs to. Calls are made on granted connections only. */
export function sessionOfCall({ calls, connections }: History, call: number): bigint {
	return connections[calls.connection.get(call)]?.granted?.session ?? 0n;
}

/**
 * For each call the newest zxid that its server had told its client before it answered this one: what the answer shows is
 * not older. In the order of the replies, since a server that answers has applied what its earlier answers spoke of.
 */
export function floorsOf({ calls, connections, records }: History): Float64Array {
	const floors = new Float64Array(calls.count);
	const known = Float64Array.from(connections, (connection) => connection?.lastZxid ?? 0);
	for (let ordinal = 0; ordinal < records.length; ordinal++) {
		const entry = records.get(ordinal);
		if ((entry & 3) !== 1) continue;
		const call = entry >>> 2;
		const connection = calls.connection.get(call);
		floors[call] = known[connection] ?? 0;
		if (calls.outcome.get(call) !== outcomeCode.replied) continue;
		known[connection] = Math.max(known[connection] ?? 0, calls.zxid.get(call));
	}
	return floors;
}
