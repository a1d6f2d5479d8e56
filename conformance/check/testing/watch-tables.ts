import type { EventType, Operation, WatchLists } from "../../history/record.js";
import type { StoryTree } from "./story-tree.js";

/** The watches of one connection as a server keeps them, or as a client that would set them again. */
export class WatchTables {
	readonly #data = new Set<string>();
	/** Those of the data table whose node was missing. */
	readonly #exist = new Set<string>();
	readonly #child = new Set<string>();
	readonly #persistent = new Set<string>();
	readonly #recursive = new Set<string>();

	get isEmpty(): boolean {
		return [this.#data, this.#exist, this.#child, this.#persistent, this.#recursive].every(({ size }) => size === 0);
	}

	/** Sets what an answered call asked for. */
	ask(operation: Operation, err: number): void {
		if (operation.op === "addWatch") (operation.recursive ? this.#recursive : this.#persistent).add(operation.path);
		if (!("watch" in operation) || !operation.watch) return;
		if (operation.op === "exists" && err !== 0) this.#exist.add(operation.path);
		else if (err === 0) (operation.op === "getChildren" ? this.#child : this.#data).add(operation.path);
	}

	/** Whether this change is an event here; what it fires is used up. */
	fire(event: EventType, path: string): boolean {
		const tables = [
			...(event === "childrenChanged" ? [] : [this.#data, this.#exist]),
			...(event === "childrenChanged" || event === "deleted" ? [this.#child] : []),
		];
		const fired = tables.filter((table) => table.delete(path));
		const above = [...this.#recursive].some((one) => path === one || path.startsWith(`${one}/`));
		return fired.length > 0 || this.#persistent.has(path) || (above && event !== "childrenChanged");
	}

	lists(): WatchLists {
		return {
			data: [...this.#data],
			exist: [...this.#exist],
			child: [...this.#child],
			persistent: [...this.#persistent],
			recursive: [...this.#recursive],
		};
	}

	/** Sets them again and gives the events of what has happened since. */
	restore(lists: WatchLists, since: number, tree: StoryTree): { event: EventType; path: string }[] {
		const events: { event: EventType; path: string }[] = [];
		const set = (table: Set<string>, path: string, event: EventType | undefined) => {
			if (event === undefined) table.add(path);
			else events.push({ event, path });
		};
		for (const path of lists.data) {
			const node = tree.get(path);
			set(this.#data, path, node === undefined ? "deleted" : node.stat.mzxid > since ? "dataChanged" : undefined);
		}
		for (const path of lists.exist) set(this.#exist, path, tree.has(path) ? "created" : undefined);
		for (const path of lists.child) {
			const node = tree.get(path);
			set(this.#child, path, node === undefined ? "deleted" : node.stat.pzxid > since ? "childrenChanged" : undefined);
		}
		for (const path of lists.persistent) this.#persistent.add(path);
		for (const path of lists.recursive) this.#recursive.add(path);
		return events;
	}
}
