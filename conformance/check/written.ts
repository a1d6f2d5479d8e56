import type { History } from "../history/history.js";
import { operationCode } from "../history/operation-code.js";
import type { CreateMode } from "../history/record.js";
import { isInDoubt } from "./answered.js";
import { isAcknowledged, modeOf, type Write, writesOf } from "./write.js";

/** A write that happened, or may have happened. */
export interface Written extends Write {
	/** Of the reply; undefined for a write in doubt. */
	readonly zxid: number | undefined;
}

/** Every part of every write that succeeded or is in doubt, in the order of the calls. Checks are among them. */
export function* writtenOf(history: History): Generator<Written> {
	const { calls } = history;
	for (let call = 0; call < calls.count; call++) {
		const zxid = isAcknowledged(calls, call) ? calls.zxid.get(call) : undefined;
		if (zxid === undefined && !isInDoubt(history, call)) continue;
		for (const write of writesOf(calls, call)) yield { ...write, zxid };
	}
}

/** True if a create of such a mode is in the history; a multi may hold one. */
export function mayCreate({ calls }: History, isMode: (mode: CreateMode) => boolean): boolean {
	for (let call = 0; call < calls.count; call++) {
		const op = calls.op.get(call);
		if (op === operationCode.multi) return true;
		if (op === operationCode.create && isMode(modeOf(calls, call))) return true;
	}
	return false;
}
