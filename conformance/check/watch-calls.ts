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

/** Nothing for calls that set no watch. */
export function watchesAskedBy({ calls, texts }: History, call: number): AskedWatch[] {
	const op = calls.op.get(call);
	const path = calls.path.get(call);
	const asked = { path, relativeZxid: undefined, origin: "read" as const };
	switch (op) {
		case operationCode.getData:
		case operationCode.exists:
			return calls.argument.get(call) === 1 ? [{ ...asked, table: "data" }] : [];
		case operationCode.getChildren:
			return calls.argument.get(call) === 1 ? [{ ...asked, table: "child" }] : [];
		case operationCode.addWatch:
			return [{ ...asked, origin: "addWatch", table: calls.argument.get(call) === 1 ? "recursive" : "persistent" }];
		case operationCode.setWatches:
			return restored(calls.operationOf(call), (text) => texts.idOf(text));
		default:
			return [];
	}
}

function restored(operation: Operation, idOf: (path: string) => number): AskedWatch[] {
	if (operation.op !== "setWatches") return [];
	const { watches, relativeZxid } = operation;
	return (Object.keys(tables) as (keyof typeof tables)[]).flatMap((origin) => {
		return watches[origin].map((path) => ({ table: tables[origin], path: idOf(path), relativeZxid, origin }));
	});
}
