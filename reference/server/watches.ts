import { unreachable } from "../lib/assert.js";
import { type Zxid, zxid } from "../model/ids.js";
import type { Acl } from "../model/records.js";
import type { Change } from "../tree/apply-result.js";
import type { DataTree } from "../tree/data-tree.js";
import { parentPath } from "../tree/path.js";
import type { EventType } from "../wire/replies.js";
import type { SetWatchesRequest } from "../wire/requests.js";
import { WatchTable, watchModes } from "./watch-table.js";

/** Tells one watcher; `acl` is of the node that the event is about, whose READ the watcher needs. */
export type Notify<W> = (watcher: W, type: EventType, path: string, zxid: Zxid, acl: readonly Acl[]) => void;

const catchUpZxid = zxid(-1);

/** Numbers of checkWatches and removeWatches. */
const watcherTypes = { children: 1, data: 2, any: 3, persistent: 4, persistentRecursive: 5 } as const;

/** Everything that clients watch on this server. */
export class Watches<W> {
	readonly data = new WatchTable<W>();
	readonly child = new WatchTable<W>();
	readonly #notify: Notify<W>;

	constructor(notify: Notify<W>) {
		this.#notify = notify;
	}

	/** As `mntr` counts: both tables. */
	get count(): number {
		return this.data.count + this.child.count;
	}

	/** Mode 0 is persistent, 1 persistent and recursive. False for any other. */
	addPersistent(path: string, watcher: W, mode: number): boolean {
		if (mode !== 0 && mode !== 1) return false;
		if (mode === 1) this.data.add(path, watcher, watchModes.persistentRecursive);
		else for (const table of [this.data, this.child]) table.add(path, watcher, watchModes.persistent);
		return true;
	}

	/** Undefined for a watcher type that does not exist. */
	maybeHas(path: string, watcher: W, watcherType: number): boolean | undefined {
		return this.#maybeEach(watcherType, (table, modes) => table.has(path, watcher, modes));
	}

	/** Whether there was anything to remove; undefined for a watcher type that does not exist. */
	maybeRemove(path: string, watcher: W, watcherType: number): boolean | undefined {
		return this.#maybeEach(watcherType, (table, modes) => table.remove(path, watcher, modes));
	}

	removeWatcher(watcher: W): void {
		this.data.removeWatcher(watcher);
		this.child.removeWatcher(watcher);
	}

	/** The node's own event first, then its parent's. */
	trigger(change: Change, zxid: Zxid): void {
		const told = this.data.maybeTrigger(change.path);
		for (const watcher of told ?? []) this.#notify(watcher, change.type, change.path, zxid, change.acl);
		if (change.type === "dataChanged") return;
		if (change.type === "deleted") this.#triggerChildDeleted(change.path, zxid, change.acl, told);
		const parent = parentPath(change.path) || "/";
		for (const watcher of this.child.maybeTrigger(parent) ?? []) {
			this.#notify(watcher, "childrenChanged", parent, zxid, change.parentAcl);
		}
	}

	/** Registers what a client watched elsewhere, and makes up for what it missed after `relativeZxid`. */
	restore(request: SetWatchesRequest, watcher: W, tree: DataTree): void {
		for (const path of request.data) this.#restoreData(path, watcher, tree, request.relativeZxid);
		for (const path of request.exist) this.#restoreExist(path, watcher, tree);
		for (const path of request.child) this.#restoreChild(path, watcher, tree, request.relativeZxid);
		for (const path of request.persistent) this.addPersistent(path, watcher, 0);
		for (const path of request.persistentRecursive) this.addPersistent(path, watcher, 1);
	}

	/** One connection hears of a deletion once, also when it watched both data and children. */
	#triggerChildDeleted(path: string, zxid: Zxid, acl: readonly Acl[], told: ReadonlySet<W> | undefined): void {
		for (const watcher of this.child.maybeTrigger(path) ?? []) {
			if (told?.has(watcher) !== true) this.#notify(watcher, "deleted", path, zxid, acl);
		}
	}

	#restoreData(path: string, watcher: W, tree: DataTree, relativeZxid: Zxid): void {
		const node = tree.node(path);
		if (node === undefined) this.#catchUp(watcher, "deleted", path, []);
		else if (node.stat.mzxid > relativeZxid) this.#catchUp(watcher, "dataChanged", path, node.acl);
		else this.data.add(path, watcher, watchModes.standard);
	}

	#restoreExist(path: string, watcher: W, tree: DataTree): void {
		const node = tree.node(path);
		if (node !== undefined) this.#catchUp(watcher, "created", path, node.acl);
		else this.data.add(path, watcher, watchModes.standard);
	}

	#restoreChild(path: string, watcher: W, tree: DataTree, relativeZxid: Zxid): void {
		const node = tree.node(path);
		if (node === undefined) this.#catchUp(watcher, "deleted", path, []);
		else if (node.stat.pzxid > relativeZxid) this.#catchUp(watcher, "childrenChanged", path, node.acl);
		else this.child.add(path, watcher, watchModes.standard);
	}

	#catchUp(watcher: W, type: EventType, path: string, acl: readonly Acl[]): void {
		this.#notify(watcher, type, path, catchUpZxid, acl);
	}

	#maybeEach(watcherType: number, act: (table: WatchTable<W>, modes?: number) => boolean): boolean | undefined {
		const type = maybeWatcherType(watcherType);
		if (type === undefined) return undefined;
		switch (type) {
			case "children":
				return act(this.child, watchModes.standard);
			case "data":
				return act(this.data, watchModes.standard);
			case "any":
				return eitherOf(act(this.data), act(this.child));
			case "persistent":
				return eitherOf(act(this.data, watchModes.persistent), act(this.child, watchModes.persistent));
			case "persistentRecursive":
				return act(this.data, watchModes.persistentRecursive);
			default:
				return unreachable(type);
		}
	}
}

type WatcherType = keyof typeof watcherTypes;

function maybeWatcherType(watcherType: number): WatcherType | undefined {
	const names = Object.keys(watcherTypes) as WatcherType[];
	return names.find((name) => watcherTypes[name] === watcherType);
}

/** Both have been done before either is asked. */
function eitherOf(first: boolean, second: boolean): boolean {
	return first || second;
}
