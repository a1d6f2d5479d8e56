import type { History } from "../history/history.js";
import { operationCode } from "../history/operation-code.js";
import { noText } from "../history/texts.js";
import { type Change, type ChangeList, changeKind } from "./changes.js";
import type { Paths } from "./paths.js";
import { isAcknowledged, type Write, writesOf, writeZxid } from "./write.js";

/** Adds what acknowledged writes changed, but for the ends of sessions. */
export function addAcknowledged(list: ChangeList, history: History, paths: Paths): void {
	const { calls } = history;
	const adder = new NodeAdder(list, paths);
	for (let call = 0; call < calls.count; call++) {
		if (!isAcknowledged(calls, call)) continue;
		const zxid = writeZxid(history, call);
		switch (calls.op.get(call)) {
			case operationCode.setData:
				list.add({ path: calls.path.get(call), zxid, kind: changeKind.set, call, data: calls.data.get(call) });
				break;
			case operationCode.create:
				adder.created({ path: calls.got.get(call), zxid, call, data: calls.data.get(call) });
				break;
			case operationCode.delete:
				adder.deleted({ path: calls.path.get(call), zxid, call, data: noText });
				break;
			case operationCode.multi:
				addParts(adder, history, writesOf(calls, call), zxid);
		}
	}
}

/** Changes of nodes that their parents share. */
export class NodeAdder {
	readonly list: ChangeList;
	readonly #paths: Paths;

	constructor(list: ChangeList, paths: Paths) {
		this.list = list;
		this.#paths = paths;
	}

	created(change: Omit<Change, "kind">): void {
		this.list.add({ ...change, kind: changeKind.created });
		this.#ofParent(change, changeKind.childCreated);
	}

	deleted(change: Omit<Change, "kind">): void {
		this.list.add({ ...change, kind: changeKind.deleted });
		this.#ofParent(change, changeKind.childDeleted);
	}

	gone(change: Omit<Change, "kind">): void {
		this.list.add({ ...change, kind: changeKind.gone });
		this.#ofParent(change, changeKind.childGone);
	}

	#ofParent({ path, zxid, call }: Omit<Change, "kind">, kind: number): void {
		this.list.add({ path: this.#paths.parentOf(path), zxid, kind, call, data: noText });
	}
}

function addParts(adder: NodeAdder, { texts }: History, writes: readonly Write[], zxid: number): void {
	for (const { call, operation, result } of writes) {
		switch (operation.op) {
			case "create": {
				const path = texts.idOf(result?.op === "create" ? result.path : operation.path);
				adder.created({ path, zxid, call, data: texts.idOf(operation.data) });
				break;
			}
			case "delete":
				adder.deleted({ path: texts.idOf(operation.path), zxid, call, data: noText });
				break;
			case "setData": {
				const [path, data] = [texts.idOf(operation.path), texts.idOf(operation.data)];
				adder.list.add({ path, zxid, kind: changeKind.set, call, data });
			}
		}
	}
}
