import type { Calls } from "../history/calls.js";
import type { History } from "../history/history.js";
import { operationCode } from "../history/operation-code.js";
import type { Operation, WatchLists } from "../history/record.js";
import type { WatchTable } from "./watch-causes.js";

/** What a call asks to watch, in text ids. */
export interface AskedWatch {
	readonly table: WatchTable | "persistent" | "recursive";
	readonly path: number;
	/** Of setWatches the zxid up to which the client knows what happened. */
	readonly relativeZxid: number | undefined;
	/** The list of setWatches, or the read. */
	readonly origin: keyof WatchLists | "read" | "addWatch";
}

const tables = {
	data: "data",
	exist: "data",
	child: "child",
	persistent: "persistent",
	recursive: "recursive",
} as const;

/** Whether this call asks for a watch of any kind. */
export function asksWatch({ calls }: History, call: number): boolean {
	const op = calls.op.get(call);
	const isRead = op === operationCode.getData || op === operationCode.exists || op === operationCode.getChildren;
	return isRead ? calls.argument.get(call) === 1 : asksPersistent(calls, call);
}

/** Whether this call can ask for a persistent or recursive watch. */
export function asksPersistent(calls: Calls, call: number): boolean {
	const op = calls.op.get(call);
	return op === operationCode.addWatch || op === operationCode.setWatches;
}

/** Nothing for calls that set no watch. */
export function watchesAskedBy(history: History, call: number): AskedWatch[] {
	if (!asksWatch(history, call)) return [];
	const { calls, texts } = history;
	const op = calls.op.get(call);
	if (op === operationCode.setWatches) return restored(calls.operationOf(call), (text) => texts.idOf(text));
	const asked = { path: calls.path.get(call), relativeZxid: undefined };
	if (op === operationCode.addWatch) {
		return [{ ...asked, origin: "addWatch", table: calls.argument.get(call) === 1 ? "recursive" : "persistent" }];
	}
	return [{ ...asked, origin: "read", table: op === operationCode.getChildren ? "child" : "data" }];
}

function restored(operation: Operation, idOf: (path: string) => number): AskedWatch[] {
	if (operation.op !== "setWatches") return [];
	const { watches, relativeZxid } = operation;
	return (Object.keys(tables) as (keyof typeof tables)[]).flatMap((origin) => {
		return watches[origin].map((path) => ({ table: tables[origin], path: idOf(path), relativeZxid, origin }));
	});
}
