import { FloatColumn, IntColumn } from "../history/column.js";
import { sortedBy } from "./sorted-by.js";

/**
 * What can happen to a node. `childChanged` is a change of its children that only its pzxid tells. `gone` and `childGone` are
 * the end of an ephemeral with its session where a write in doubt may have deleted it before: behind it there is no node, but
 * that there was one until then is not sure.
 */
export const changeKind = {
	created: 0,
	set: 1,
	deleted: 2,
	childCreated: 3,
	childDeleted: 4,
	childChanged: 5,
	gone: 6,
	childGone: 7,
} as const;

/** Where a change follows from what was seen, and not from an acknowledged write. */
export const noCall = -1;

/** One change of one node; of a multi, each part makes its own. */
export interface Change {
	/** Text id of the node. */
	readonly path: number;
	readonly zxid: number;
	readonly kind: number;
	/** The acknowledged call that made it, or `noCall`. */
	readonly call: number;
	/** Text id of what the node holds behind `created` and `set`, or `noText` where nobody saw it. */
	readonly data: number;
}

/** Changes as they are found, in any order. */
export class ChangeList {
	readonly path: IntColumn;
	readonly zxid: FloatColumn;
	readonly kind: IntColumn;
	readonly call: IntColumn;
	readonly data: IntColumn;

	constructor(capacity = 1024) {
		this.path = new IntColumn(capacity);
		this.zxid = new FloatColumn(capacity);
		this.kind = new IntColumn(capacity);
		this.call = new IntColumn(capacity);
		this.data = new IntColumn(capacity);
	}

	add(change: Change): void {
		this.path.push(change.path);
		this.zxid.push(change.zxid);
		this.kind.push(change.kind);
		this.call.push(change.call);
		this.data.push(change.data);
	}

	/** A list of what stands at these indexes, in their order. */
	at(indexes: Int32Array): ChangeList {
		const list = new ChangeList(indexes.length);
		for (const column of ["path", "kind", "call", "data"] as const) list[column].pushAll(this[column], indexes);
		list.zxid.pushAll(this.zxid, indexes);
		return list;
	}
}

/**
 * All changes that are known, node by node and of each node by zxid. Changes of one multi share a zxid and stand in the order
 * of its parts. A node's changes are complete but for those in doubt that nobody saw.
 */
export class Changes {
	readonly #list: ChangeList;
	/** Of each path where its changes begin; the next path's begin is their end. */
	readonly #begins: Int32Array;
	/** See `bound`; made when first asked for. */
	#bounds: IntColumn | undefined;
	/** Where the last search in each path ended: most are near the one before. */
	readonly #hints: Int32Array;

	/** `pathCount` is above all text ids of paths. */
	constructor(list: ChangeList, pathCount: number) {
		this.#begins = new Int32Array(pathCount + 1);
		const places = placesOf(list, this.#begins);
		this.#list = list.at(places);
		this.#hints = this.#begins.slice();
	}

	get count(): number {
		return this.#list.path.length;
	}

	/** Index of the first change of a path, or -1. */
	firstOf(path: number): number {
		const begin = this.#begin(path);
		return begin < this.#begin(path + 1) ? begin : -1;
	}

	/** The index behind the last change of a path. */
	endOf(path: number): number {
		return this.#begin(path + 1);
	}

	path(index: number): number {
		return this.#list.path.get(index);
	}

	zxid(index: number): number {
		return this.#list.zxid.get(index);
	}

	/** See `changeKind`. */
	kind(index: number): number {
		return this.#list.kind.get(index);
	}

	call(index: number): number {
		return this.#list.call.get(index);
	}

	data(index: number): number {
		return this.#list.data.get(index);
	}

	setData(index: number, data: number): void {
		this.#list.data.set(index, data);
	}

	/** Index of the last change of a path that is not behind this zxid, or -1. */
	lastAtOrBefore(path: number, zxid: number): number {
		const begin = this.#begin(path);
		const end = this.#begin(path + 1);
		if (begin >= end || this.zxid(begin) > zxid) return -1;
		const found = this.#search(begin, end, this.#hints[path] as number, zxid);
		this.#hints[path] = found;
		return found;
	}

	/** Index of the first change of the same node that is behind this one's zxid and is sure to have changed it, or -1. */
	next(index: number): number {
		const end = this.endOf(this.path(index));
		let next = index + 1;
		while (next < end && (this.zxid(next) === this.zxid(index) || this.kind(next) === changeKind.childGone)) next++;
		return next < end ? next : -1;
	}

	/** Index of the first change from this one on with which the node begins or ends, or -1. */
	bound(index: number): number {
		this.#bounds ??= boundsOf(this.#list);
		return index < this.endOf(this.path(index)) ? this.#bounds.get(index) : -1;
	}

	/** Index of a change with this zxid and one of these kinds, or -1. */
	find(path: number, zxid: number, isKind: (kind: number) => boolean): number {
		const begin = this.#begin(path);
		for (let index = this.lastAtOrBefore(path, zxid); index >= begin && this.zxid(index) === zxid; index--) {
			if (isKind(this.kind(index))) return index;
		}
		return -1;
	}

	#begin(path: number): number {
		return this.#begins[path] ?? this.count;
	}

	/** The change at `begin` is not behind `zxid`. Doubles its step from the hint, then halves it. */
	#search(begin: number, end: number, hint: number, zxid: number): number {
		let low = Math.min(Math.max(hint, begin), end - 1);
		let step = 1;
		while (this.zxid(low) > zxid) {
			low = Math.max(begin, low - step);
			step *= 2;
		}
		let high = low + 1;
		step = 1;
		while (high < end && this.zxid(high) <= zxid) {
			low = high;
			high = Math.min(end, high + step);
			step *= 2;
		}
		while (high - low > 1) {
			const middle = (low + high) >>> 1;
			if (this.zxid(middle) <= zxid) low = middle;
			else high = middle;
		}
		return low;
	}
}

export function isCreated(kind: number): boolean {
	return kind === changeKind.created;
}

/** Whether a node begins or ends with this kind of change. */
function isBound(kind: number): boolean {
	return kind === changeKind.created || kind === changeKind.deleted || kind === changeKind.gone;
}

function boundsOf({ path, kind }: ChangeList): IntColumn {
	const bounds = new IntColumn(path.length);
	for (let index = 0; index < path.length; index++) bounds.push(-1);
	for (let index = path.length - 1, bound = -1; index >= 0; index--) {
		if (index + 1 < path.length && path.get(index + 1) !== path.get(index)) bound = -1;
		if (isBound(kind.get(index))) bound = index;
		bounds.set(index, bound);
	}
	return bounds;
}

/** Indexes of the list by path and zxid; fills in where each path begins. */
function placesOf(list: ChangeList, begins: Int32Array): Int32Array {
	const count = list.path.length;
	for (let index = 0; index < count; index++) {
		const path = list.path.get(index);
		begins[path + 1] = (begins[path + 1] as number) + 1;
	}
	for (let path = 1; path < begins.length; path++)
		begins[path] = (begins[path] as number) + (begins[path - 1] as number);
	const next = begins.slice();
	const places = new Int32Array(count);
	for (const index of sortedBy(count, (each) => list.zxid.get(each))) {
		const path = list.path.get(index);
		const place = next[path] as number;
		places[place] = index;
		next[path] = place + 1;
	}
	return places;
}
