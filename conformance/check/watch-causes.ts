import type { EventType } from "../history/record.js";
import { changeKind } from "./changes.js";
import type { Facts } from "./facts.js";
import { type Presence, presenceOf } from "./presence.js";
import { isSequential } from "./write.js";

/** A server has two tables of one-shot watches: those of getData and exists, and those of getChildren. */
export type WatchTable = "data" | "child";

/** Of a change that nobody knows. */
export const never = Number.POSITIVE_INFINITY;

const { created, set, deleted, childCreated, childDeleted, childChanged, gone, childGone } = changeKind;

/** What each event tells of. */
const kindsOf: Readonly<Record<EventType, ReadonlySet<number>>> = {
	created: new Set([created]),
	deleted: new Set([deleted, gone]),
	dataChanged: new Set([set]),
	childrenChanged: new Set([childCreated, childDeleted, childChanged, childGone]),
};

/**
 * What certainly fires a watch that was set on a node while it was there. That it is created says that it had gone before.
 * `childGone` is not among them: the child may have gone before the watch was set.
 */
const firing: Readonly<Record<WatchTable, ReadonlySet<number>>> = {
	data: new Set([created, set, deleted, gone]),
	child: new Set([created, deleted, gone, childCreated, childDeleted, childChanged]),
};

/** What only a parent's pzxid tells: how many children came and went with it is not known. */
const severalAtOnce: ReadonlySet<number> = new Set([childChanged, childGone]);

export function tableOf(event: EventType): WatchTable {
	return event === "childrenChanged" ? "child" : "data";
}

/** Which changes fire which watches. Paths are text ids. */
export class WatchCauses {
	readonly #facts: Facts;
	readonly #presence: Presence;
	readonly #ofVanishing: ReadonlySet<number>;

	constructor(facts: Facts) {
		this.#facts = facts;
		this.#presence = presenceOf(facts);
		const { paths } = facts;
		const mortal = [...this.#presence.vanishing].map((path) => paths.parentOf(path));
		this.#ofVanishing = new Set(mortal);
	}

	/** The first known change behind this zxid that fires a watch set on this node, or `never`. */
	nextFiring(table: WatchTable, path: number, since: number): number {
		return this.#first(firing[table], path, since);
	}

	nextCreated(path: number, since: number): number {
		return this.#first(kindsOf.created, path, since);
	}

	/** When the node that is there at this zxid was created; undefined if there is none, or if it may have gone unseen. */
	maybeCreatedAt(path: number, zxid: number): number | undefined {
		const { changes } = this.#facts;
		if (this.#presence.mayVanish(path)) return undefined;
		const first = changes.firstOf(path);
		for (let index = changes.lastAtOrBefore(path, zxid); index >= 0 && index >= first; index--) {
			const kind = changes.kind(index);
			if (kind === created) return changes.zxid(index);
			if (kindsOf.deleted.has(kind)) return undefined;
		}
		return undefined;
	}

	/** The reply to the write that made this change, if it was answered. */
	maybeRecordAt(path: number, zxid: number): number | undefined {
		const { changes, history } = this.#facts;
		const index = changes.lastAtOrBefore(path, zxid);
		if (index < 0 || changes.zxid(index) !== zxid || changes.call(index) < 0) return undefined;
		return history.calls.endRecord.get(changes.call(index));
	}

	/** Whether such a change is known behind `low` and not behind `high`. */
	happened(event: EventType, path: number, low: number, high: number): boolean {
		const first = this.#first(kindsOf[event], path, low);
		return first !== never && first <= high;
	}

	/** Whether such a change may have happened without anybody knowing when. */
	mayBeUnseen(event: EventType, path: number): boolean {
		const { inDoubt } = this.#facts;
		switch (event) {
			case "dataChanged":
				return inDoubt.setsOf(path).length > 0;
			case "deleted":
				return this.#presence.mayVanish(path);
			case "created":
				return inDoubt.createsOf(path).length > 0 || this.#mayBeNumbered(path);
			case "childrenChanged":
				return this.#mayHaveOtherChildren(path);
		}
	}

	/** Whether a sequential create in doubt may have got this name. */
	#mayBeNumbered(path: number): boolean {
		const { inDoubt, paths } = this.#facts;
		const writes = inDoubt.childCreatesOf(paths.parentOf(path));
		return writes.some(({ operation }) => operation.op === "create" && isSequential(operation.mode));
	}

	#mayHaveOtherChildren(path: number): boolean {
		const { inDoubt } = this.#facts;
		if (inDoubt.childCreatesOf(path).length > 0 || inDoubt.childDeletesOf(path).length > 0) return true;
		return this.#ofVanishing.has(path) || this.#first(severalAtOnce, path, Number.NEGATIVE_INFINITY) !== never;
	}

	#first(kinds: ReadonlySet<number>, path: number, since: number): number {
		const { changes } = this.#facts;
		const begin = changes.firstOf(path);
		if (begin < 0) return never;
		const end = changes.endOf(path);
		for (let index = Math.max(begin, changes.lastAtOrBefore(path, since) + 1); index < end; index++) {
			if (kinds.has(changes.kind(index))) return changes.zxid(index);
		}
		return never;
	}
}
