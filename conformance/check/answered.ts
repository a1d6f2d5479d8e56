import { outcomeCode } from "../history/calls.js";
import { type History, recordKind } from "../history/history.js";
import { isWrite } from "./write.js";

export function isAnswered({ calls }: History, call: number): boolean {
	return calls.outcome.get(call) === outcomeCode.replied;
}

/** True for a write that may have happened without a reply. */
export function isInDoubt({ calls }: History, call: number): boolean {
	return isWrite(calls.op.get(call)) && calls.outcome.get(call) !== outcomeCode.replied;
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
		if ((entry & 3) !== recordKind.end) continue;
		const call = entry >>> 2;
		const connection = calls.connection.get(call);
		floors[call] = known[connection] ?? 0;
		if (calls.outcome.get(call) !== outcomeCode.replied) continue;
		known[connection] = Math.max(known[connection] ?? 0, calls.zxid.get(call));
	}
	return floors;
}
