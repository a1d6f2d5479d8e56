import type { History } from "../history/history.js";
import { noText } from "../history/texts.js";
import { type ChangeList, type Changes, changeKind, isCreated, noCall } from "./changes.js";
import type { Paths } from "./paths.js";
import { shownData, shownPath, showsStat } from "./sighting.js";

const isSet = (kind: number) => kind === changeKind.set;
const isOfChild = (kind: number) => kind >= changeKind.childCreated && kind <= changeKind.childChanged;

/**
 * Adds the changes that a Stat tells of and no acknowledged write made: they are of writes in doubt, of ends of sessions, or of
 * somebody who is not in the history. Also notes what `set` wrote, where a read shows it. How many were added.
 */
export function addInferred(list: ChangeList, known: Changes, history: History, paths: Paths): number {
	const inferrer = new Inferrer(list, known, paths);
	const { calls, stats } = history;
	for (let call = 0; call < calls.count; call++) {
		if (!showsStat(calls, call)) continue;
		const path = shownPath(calls, call);
		const stat = calls.stat.get(call);
		const [czxid, mzxid, pzxid] = [stats.czxid.get(stat), stats.mzxid.get(stat), stats.pzxid.get(stat)];
		const data = shownData(calls, call);
		inferrer.created(path, czxid, mzxid === czxid ? data : noText);
		if (mzxid !== czxid) inferrer.set(path, mzxid, data);
		if (pzxid !== czxid) inferrer.childChanged(path, pzxid);
	}
	inferrer.addChildChanges();
	return inferrer.count;
}

/** Places in the list, by path and zxid. */
class Noted {
	readonly #byPath = new Map<number, Map<number, number>>();
	count = 0;

	get(path: number, zxid: number): number | undefined {
		return this.#byPath.get(path)?.get(zxid);
	}

	set(path: number, zxid: number, place: number): void {
		const places = this.#byPath.get(path) ?? new Map<number, number>();
		this.#byPath.set(path, places.set(zxid, place));
		this.count++;
	}

	*all(): Generator<{ readonly path: number; readonly zxid: number }> {
		for (const [path, places] of this.#byPath) for (const zxid of places.keys()) yield { path, zxid };
	}
}

/** What is inferred once is not inferred again. */
class Inferrer {
	readonly #list: ChangeList;
	readonly #known: Changes;
	readonly #paths: Paths;
	readonly #created = new Noted();
	readonly #set = new Noted();
	readonly #childChanged = new Noted();

	constructor(list: ChangeList, known: Changes, paths: Paths) {
		this.#list = list;
		this.#known = known;
		this.#paths = paths;
	}

	get count(): number {
		return this.#created.count + this.#set.count + this.#childChanged.count;
	}

	created(path: number, zxid: number, data: number): void {
		if (this.#isNoted(this.#created, path, zxid, data) || this.#isKnown(path, zxid, isCreated)) return;
		this.#created.set(path, zxid, this.#list.path.length);
		this.#list.add({ path, zxid, kind: changeKind.created, call: noCall, data });
	}

	set(path: number, zxid: number, data: number): void {
		if (this.#isKnown(path, zxid, isSet) || this.#isNoted(this.#set, path, zxid, data)) return;
		this.#set.set(path, zxid, this.#list.path.length);
		this.#list.add({ path, zxid, kind: changeKind.set, call: noCall, data });
	}

	childChanged(path: number, zxid: number): void {
		if (this.#childChanged.get(path, zxid) !== undefined || this.#isKnown(path, zxid, isOfChild)) return;
		this.#childChanged.set(path, zxid, 0);
	}

	/**
	 * What parents know of it comes last: of a multi in doubt that makes a node and its child, the child's may be seen before
	 * the node's own, and what belongs to a node stands behind its creation. Also those that no child's own Stat explains.
	 */
	addChildChanges(): void {
		const made = new Noted();
		for (const { path, zxid } of this.#created.all()) {
			const parent = this.#paths.parentOf(path);
			made.set(parent, zxid, 0);
			this.#list.add({ path: parent, zxid, kind: changeKind.childCreated, call: noCall, data: noText });
		}
		for (const { path, zxid } of this.#childChanged.all()) {
			if (made.get(path, zxid) !== undefined) continue;
			this.#list.add({ path, zxid, kind: changeKind.childChanged, call: noCall, data: noText });
		}
	}

	#isKnown(path: number, zxid: number, isKind: (kind: number) => boolean): boolean {
		return this.#known.find(path, zxid, isKind) >= 0;
	}

	/** Takes the data of one that was inferred from a Stat without. */
	#isNoted(noted: Noted, path: number, zxid: number, data: number): boolean {
		const place = noted.get(path, zxid);
		if (place === undefined) return false;
		if (data !== noText && this.#list.data.get(place) === noText) this.#list.data.set(place, data);
		return true;
	}
}
