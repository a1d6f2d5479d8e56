import type { WatchEvent } from "../history/history.js";
import type { EventType } from "../history/record.js";
import { changeKind } from "./changes.js";
import type { Facts } from "./facts.js";
import { isBelow } from "./watch-connection.js";

/** An event that a persistent or recursive watch has to report. */
export interface DueEvent {
	readonly zxid: number;
	/** Text id. */
	readonly path: number;
	readonly event: EventType;
	/** The call that makes the change, which no event can come before; -1 where it is not known. */
	readonly askedRecord: number;
}

const { created, set, deleted, childCreated, childDeleted } = changeKind;

/** Of changes that certainly happened, once each. What only a pzxid tells may be several. */
const ofNode: ReadonlyMap<number, EventType> = new Map([
	[created, "created"],
	[set, "dataChanged"],
	[deleted, "deleted"],
]);
const ofNodeAndChildren: ReadonlyMap<number, EventType> = new Map([
	...ofNode,
	[childCreated, "childrenChanged"],
	[childDeleted, "childrenChanged"],
]);

/** All events that a persistent watch on a node has to report, by zxid. */
export function persistentEvents(facts: Facts, path: number): DueEvent[] {
	return eventsOf(facts, path, ofNodeAndChildren);
}

/** The same of a recursive watch. */
export function recursiveEvents(facts: Facts, path: number): DueEvent[] {
	const { texts } = facts.history;
	const above = texts.textOf(path);
	const events: DueEvent[] = [];
	for (let id = 1; id < texts.count; id++) {
		const isNode = facts.changes.firstOf(id) >= 0 && isBelow(texts.textOf(id), above);
		if (isNode) events.push(...eventsOf(facts, id, ofNode));
	}
	return events.sort((one, other) => one.zxid - other.zxid);
}

function eventsOf({ changes, history }: Facts, path: number, kinds: ReadonlyMap<number, EventType>): DueEvent[] {
	const begin = changes.firstOf(path);
	const events: DueEvent[] = [];
	for (let index = begin; begin >= 0 && index < changes.endOf(path); index++) {
		const event = kinds.get(changes.kind(index));
		const call = changes.call(index);
		const askedRecord = call < 0 ? -1 : history.calls.record.get(call);
		if (event !== undefined) events.push({ zxid: changes.zxid(index), path, event, askedRecord });
	}
	return events;
}

/** How an event fits into what a watch has to report. */
export type Match =
	/** `causeless`: no change is known, nor can there be one, that it could be of. */
	| { readonly kind: "due" | "unknown" | "causeless" }
	/** It comes behind a reply that it had to come before. */
	| { readonly kind: "late"; readonly due: DueEvent; readonly revealedBy: number }
	/** These come before it, and did not. */
	| { readonly kind: "skips"; readonly missed: readonly DueEvent[] }
	/** This was reported before. */
	| { readonly kind: "again"; readonly due: DueEvent };

/** What one persistent or recursive watch still has to report. */
export class EventStream {
	/** The call that set the watch. */
	readonly call: number;
	readonly #events: readonly DueEvent[];
	readonly #met: Uint8Array;
	#head: number;
	#overdue: { readonly due: DueEvent; readonly revealedBy: number }[] = [];

	/** Everything behind `since`. */
	constructor(call: number, events: readonly DueEvent[], since: number) {
		this.call = call;
		this.#events = events;
		this.#met = new Uint8Array(events.length);
		const head = events.findIndex(({ zxid }) => zxid > since);
		this.#head = head < 0 ? events.length : head;
	}

	/** Takes an event; `mayBeUnseen`, whether it may be of a change that nobody knows. */
	meet({ event, path, zxid, record }: WatchEvent, mayBeUnseen: boolean): Match {
		const isOf = (due: DueEvent) => (zxid < 0 || zxid === due.zxid) && due.askedRecord < record;
		const fits = (due: DueEvent) => due.event === event && due.path === path && isOf(due);
		const late = this.#overdue.find(({ due }) => fits(due));
		if (late !== undefined) {
			this.#overdue = this.#overdue.filter((one) => one !== late);
			return { kind: "late", ...late };
		}
		if (this.#meetHead(fits)) return { kind: "due" };
		if (mayBeUnseen) return { kind: "unknown" };
		const later = this.#events.findIndex((due, index) => index >= this.#head && this.#met[index] === 0 && fits(due));
		if (later >= 0) return this.#skipTo(later);
		const before = this.#events.findLast((due, index) => this.#met[index] === 1 && fits(due));
		return before === undefined ? { kind: "causeless" } : { kind: "again", due: before };
	}

	/** Whatever a reply of this zxid comes behind has to be reported by now. */
	reveal(zxid: number, call: number): void {
		for (let due = this.#events[this.#head]; due !== undefined && due.zxid <= zxid; due = this.#events[this.#head]) {
			if (this.#met[this.#head] === 0) this.#overdue.push({ due, revealedBy: call });
			this.#head++;
		}
	}

	/** What was never reported. */
	lost(): readonly { readonly due: DueEvent; readonly revealedBy: number }[] {
		return this.#overdue;
	}

	/** Events of one multi may come in any order here. */
	#meetHead(fits: (due: DueEvent) => boolean): boolean {
		const zxid = this.#events[this.#head]?.zxid;
		for (let index = this.#head; this.#events[index]?.zxid === zxid && index < this.#events.length; index++) {
			if (this.#met[index] === 1 || !fits(this.#events[index] as DueEvent)) continue;
			this.#met[index] = 1;
			while (this.#met[this.#head] === 1) this.#head++;
			return true;
		}
		return false;
	}

	#skipTo(index: number): Match {
		const missed = this.#events.slice(this.#head, index).filter((_, at) => this.#met[this.#head + at] === 0);
		this.#met[index] = 1;
		this.#head = index + 1;
		return { kind: "skips", missed };
	}
}
