import { unreachable } from "../lib/assert.js";
import type { SessionId, Zxid } from "../model/ids.js";
import type { Txn, TxnHeader } from "../model/txns.js";
import { mustHold } from "./violation.js";

/** A node from one zxid to the next. */
export interface NodeState {
	readonly zxid: Zxid;
	readonly exists: boolean;
	/** Undefined in a line that says that the node went. */
	readonly data: Uint8Array | null | undefined;
	readonly version: number;
	readonly czxid: Zxid;
	readonly owner: SessionId | undefined;
}

interface ChildChange {
	readonly zxid: Zxid;
	readonly name: string;
	readonly isAdded: boolean;
}

interface PathHistory {
	readonly states: NodeState[];
	readonly children: ChildChange[];
	readonly childrenNow: Set<string>;
}

/** The tree at every zxid, from the committed transactions alone: an own model, not the tree that is under test. */
export class TreeHistory {
	readonly #paths = new Map<string, PathHistory>();
	readonly #owned = new Map<SessionId, Set<string>>();
	/** Timeouts in ms of the sessions that live. */
	readonly sessions = new Map<SessionId, number>();
	/** All that have ever been begun. */
	readonly begun = new Set<SessionId>();

	apply(header: TxnHeader, txn: Txn): void {
		switch (txn.type) {
			case 1:
			case 15:
				this.#create(header, txn.path, txn.data, txn.ephemeral);
				return;
			case 19:
			case 21:
				this.#create(header, txn.path, txn.data, false);
				return;
			case 2:
			case 20:
				this.#delete(header.zxid, txn.path);
				return;
			case 5:
			case 16:
				this.#set(header.zxid, txn.path, txn.data, txn.version);
				return;
			case 14:
				if (txn.txns.every((part) => part.type !== -1)) for (const part of txn.txns) this.apply(header, part);
				return;
			case -10:
				this.sessions.set(header.session, txn.timeoutMs);
				this.begun.add(header.session);
				return;
			case -11:
				this.#closeSession(header);
				return;
			case 7:
			case 13:
			case -1:
				return;
			default:
				unreachable(txn);
		}
	}

	/** The node as a server showed it that had applied everything up to `at`; undefined when there is none. */
	maybeNode(path: string, at: Zxid): NodeState | undefined {
		const state = this.#paths.get(path)?.states.findLast(({ zxid }) => zxid <= at);
		return state?.exists === true ? state : undefined;
	}

	/** Names at that zxid, sorted. */
	childrenOf(path: string, at: Zxid): string[] {
		const history = this.#paths.get(path);
		if (history === undefined) return [];
		const last = history.children.at(-1);
		if (last !== undefined && last.zxid <= at) return [...history.childrenNow].sort();
		const names = new Set<string>();
		for (const { zxid, name, isAdded } of history.children) {
			if (zxid > at) break;
			if (isAdded) names.add(name);
			else names.delete(name);
		}
		return [...names].sort();
	}

	/** When a watch on the node itself would have fired next. */
	nextDataChange(path: string, after: Zxid): Zxid | undefined {
		return nextAfter(this.#paths.get(path)?.states, after);
	}

	nextChildChange(path: string, after: Zxid): Zxid | undefined {
		const history = this.#paths.get(path);
		const child = nextAfter(history?.children, after);
		const gone = nextAfter(history?.states, after, (state) => !state.exists);
		return child === undefined || (gone !== undefined && gone < child) ? gone : child;
	}

	/** Paths that exist now. */
	*now(): Generator<readonly [path: string, node: NodeState]> {
		for (const [path, { states }] of this.#paths) {
			const state = states.at(-1);
			if (state?.exists === true) yield [path, state];
		}
	}

	#create({ zxid, session }: TxnHeader, path: string, data: Uint8Array | null, isEphemeral: boolean): void {
		const owner = isEphemeral ? session : undefined;
		mustHold(owner === undefined || this.sessions.has(owner), "an ephemeral lives in its session", () => {
			return `${path} was created at ${zxid} for a session that is not there`;
		});
		this.#of(path).states.push({ zxid, exists: true, data, version: 0, czxid: zxid, owner });
		this.#noteChild(path, zxid, true);
		if (owner === undefined) return;
		const owned = this.#owned.get(owner) ?? new Set();
		this.#owned.set(owner, owned.add(path));
	}

	#delete(zxid: Zxid, path: string): void {
		const { states } = this.#of(path);
		const before = states.at(-1);
		if (before?.exists !== true) return;
		if (before.owner !== undefined) this.#owned.get(before.owner)?.delete(path);
		states.push({ zxid, exists: false, data: undefined, version: -1, czxid: before.czxid, owner: undefined });
		this.#noteChild(path, zxid, false);
	}

	#set(zxid: Zxid, path: string, data: Uint8Array | null, version: number): void {
		const { states } = this.#of(path);
		const before = states.at(-1);
		if (before?.exists === true) states.push({ ...before, zxid, data, version });
	}

	#closeSession({ zxid, session }: TxnHeader): void {
		for (const path of [...(this.#owned.get(session) ?? [])]) this.#delete(zxid, path);
		this.#owned.delete(session);
		this.sessions.delete(session);
	}

	#noteChild(path: string, zxid: Zxid, isAdded: boolean): void {
		const slash = path.lastIndexOf("/");
		const history = this.#of(slash === 0 ? "/" : path.slice(0, slash));
		const name = path.slice(slash + 1);
		history.children.push({ zxid, name, isAdded });
		if (isAdded) history.childrenNow.add(name);
		else history.childrenNow.delete(name);
	}

	#of(path: string): PathHistory {
		const found = this.#paths.get(path) ?? { states: [], children: [], childrenNow: new Set() };
		this.#paths.set(path, found);
		return found;
	}
}

function nextAfter<T extends { readonly zxid: Zxid }>(
	list: readonly T[] | undefined,
	after: Zxid,
	isMeant: (item: T) => boolean = () => true,
): Zxid | undefined {
	const last = list?.at(-1);
	if (list === undefined || last === undefined || last.zxid <= after) return undefined;
	let at = list.length - 1;
	let found: Zxid | undefined;
	for (; at >= 0; at--) {
		const item = list[at] as T;
		if (item.zxid <= after) break;
		if (isMeant(item)) found = item.zxid;
	}
	return found;
}
