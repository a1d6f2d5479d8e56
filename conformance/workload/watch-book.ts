import type { EventType, Operation, WatchLists } from "../history/record.js";

type Kind = keyof WatchLists;

const noNode = -101;

/** The watches that a session's client believes to have, so that it can register them on its next connection. */
export class WatchBook {
	readonly #paths: Readonly<Record<Kind, Set<string>>> = {
		data: new Set(),
		exist: new Set(),
		child: new Set(),
		persistent: new Set(),
		recursive: new Set(),
	};

	/** Takes note of a reply. */
	answered(operation: Operation, err: number): void {
		const kind = kindOf(operation, err);
		if (kind !== undefined && "path" in operation) this.#paths[kind].add(operation.path);
	}

	/** Forgets what an event used up; persistent ones stay. */
	fired(event: EventType, path: string): void {
		for (const kind of usedBy[event]) this.#paths[kind].delete(path);
	}

	/** Undefined when there are none. */
	maybeLists(): WatchLists | undefined {
		const { data, exist, child, persistent, recursive } = this.#paths;
		if (data.size + exist.size + child.size + persistent.size + recursive.size === 0) return undefined;
		return {
			data: [...data],
			exist: [...exist],
			child: [...child],
			persistent: [...persistent],
			recursive: [...recursive],
		};
	}
}

const usedBy: Readonly<Record<EventType, readonly Kind[]>> = {
	created: ["data", "exist"],
	dataChanged: ["data", "exist"],
	childrenChanged: ["child"],
	deleted: ["data", "exist", "child"],
};

function kindOf(operation: Operation, err: number): Kind | undefined {
	if (operation.op === "addWatch") return err !== 0 ? undefined : operation.recursive ? "recursive" : "persistent";
	if (!("watch" in operation) || !operation.watch) return undefined;
	if (operation.op === "exists" && err === noNode) return "exist";
	if (err !== 0) return undefined;
	return operation.op === "getChildren" ? "child" : "data";
}
