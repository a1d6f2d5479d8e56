import { outcomeCode } from "../history/calls.js";
import type { History } from "../history/history.js";
import { operationCode } from "../history/operation-code.js";
import { noText } from "../history/texts.js";
import { NodeAdder } from "./acknowledged.js";
import { sessionOfCall } from "./answered.js";
import { type ChangeList, type Changes, changeKind } from "./changes.js";
import type { InDoubt } from "./in-doubt.js";
import type { Paths } from "./paths.js";
import { shownPath, showsStat } from "./sighting.js";
import { isAcknowledged, isEphemeral, modeOf, writesOf, writeZxid } from "./write.js";

/** A node that belongs to a session. */
export interface Ephemeral {
	/** Text id. */
	readonly path: number;
	readonly czxid: number;
	readonly session: bigint;
}

/** Every ephemeral that an acknowledged create made or a Stat showed, each once. */
export function ephemeralsOf(history: History): Ephemeral[] {
	const { calls, stats, texts } = history;
	const found = new Map<string, Ephemeral>();
	const note = (path: number, czxid: number, session: bigint) => {
		const key = `${path} ${czxid}`;
		if (!found.has(key)) found.set(key, { path, czxid, session });
	};
	for (let call = 0; call < calls.count; call++) {
		const op = calls.op.get(call);
		if (op === operationCode.multi && isAcknowledged(calls, call)) {
			for (const { operation, result } of writesOf(calls, call)) {
				if (operation.op !== "create" || !isEphemeral(operation.mode) || result?.op !== "create") continue;
				note(texts.idOf(result.path), writeZxid(history, call), sessionOfCall(history, call));
			}
		} else if (showsStat(calls, call)) {
			const stat = calls.stat.get(call);
			const created = op === operationCode.create && isEphemeral(modeOf(calls, call));
			const owner = created ? sessionOfCall(history, call) : stats.ownerOf(stat);
			if (owner !== 0n) note(shownPath(calls, call), stats.czxid.get(stat), owner);
		}
	}
	return [...found.values()];
}

/** The zxid at which each session was closed, and the call that closed it, where that was acknowledged. */
function closingsOf(history: History): Map<bigint, { zxid: number; call: number }> {
	const { calls, connections } = history;
	const closings = new Map<bigint, { zxid: number; call: number }>();
	for (let call = 0; call < calls.count; call++) {
		if (calls.op.get(call) !== operationCode.closeSession || calls.outcome.get(call) !== outcomeCode.replied) continue;
		const session = connections[calls.connection.get(call)]?.granted?.session;
		if (session !== undefined && calls.err.get(call) === 0) closings.set(session, { zxid: calls.zxid.get(call), call });
	}
	return closings;
}

/** Adds the ends of the ephemerals whose sessions were closed. How many. */
export function addSessionEnds(
	list: ChangeList,
	{
		history,
		known,
		ephemerals,
		inDoubt,
		paths,
	}: {
		readonly history: History;
		readonly known: Changes;
		readonly ephemerals: readonly Ephemeral[];
		readonly inDoubt: InDoubt;
		readonly paths: Paths;
	},
): number {
	const closings = closingsOf(history);
	const adder = new NodeAdder(list, paths);
	let added = 0;
	for (const { path, czxid, session } of ephemerals) {
		const closing = closings.get(session);
		if (closing === undefined || endsBetween(known, path, czxid, closing.zxid)) continue;
		const end = { path, zxid: closing.zxid, call: closing.call, data: noText };
		if (inDoubt.deletesOf(path) > 0) adder.gone(end);
		else adder.deleted(end);
		added++;
	}
	return added;
}

/** Whether the node that was created at `from` is known to have ended, or been followed by another, until `to`. */
function endsBetween(changes: Changes, path: number, from: number, to: number): boolean {
	for (let index = changes.lastAtOrBefore(path, to); index >= changes.firstOf(path) && index >= 0; index--) {
		if (changes.zxid(index) < from) return false;
		const kind = changes.kind(index);
		if (kind === changeKind.deleted || (kind === changeKind.created && changes.zxid(index) > from)) return true;
	}
	return false;
}
