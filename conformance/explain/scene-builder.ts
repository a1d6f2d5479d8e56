import type { HistoryRecord } from "../history/record.js";
import { Bands } from "./bands.js";
import { operationDetail, resultDetail } from "./details.js";
import { Lanes } from "./lanes.js";
import { flagLost, flagOpen, type SceneKind, type SceneMoment } from "./page/scene.js";
import { SceneItems } from "./scene-items.js";

type RecordOf<T extends HistoryRecord["type"]> = Extract<HistoryRecord, { readonly type: T }>;

/** In the order of the numbers that items bear. */
export const kinds: readonly SceneKind[] = [
	{ name: "create", look: "write" },
	{ name: "delete", look: "write" },
	{ name: "setData", look: "write" },
	{ name: "multi", look: "write" },
	{ name: "getData", look: "read" },
	{ name: "exists", look: "read" },
	{ name: "getChildren", look: "read" },
	{ name: "sync", look: "other" },
	{ name: "addWatch", look: "other" },
	{ name: "setWatches", look: "other" },
	{ name: "closeSession", look: "other" },
	{ name: "created", look: "event" },
	{ name: "deleted", look: "event" },
	{ name: "dataChanged", look: "event" },
	{ name: "childrenChanged", look: "event" },
];

const kindNumbers = new Map(kinds.map(({ name }, number) => [name, number]));

/** Ordinals of the records that a page shows: from the first to below the second. */
export type RecordRange = readonly [from: number, to: number];

/** Where a record of the history is in the picture. */
export interface RecordPlace {
	readonly atUs: number;
	readonly lane: number;
	/** As `SceneItems` numbers them; -1: neither a call nor an event. */
	readonly item: number;
}

interface OpenCall {
	readonly item: number;
	readonly lane: number;
	readonly slot: number;
}

const phaseTexts = { healed: "healed", final: "final reads", end: "end" } as const;

/** Takes the records of a history one after the other and gathers what a page needs of them. */
export class SceneBuilder {
	readonly items = new SceneItems();
	readonly lanes = new Lanes();
	readonly bands = new Bands();
	readonly faults: SceneMoment[] = [];
	readonly phases: SceneMoment[] = [];
	readonly paths: string[] = [""];
	/** By the number of a connection; -1 where there is none. */
	readonly serverByConnection: number[] = [];
	/** Error codes that replies gave, other than 0. */
	readonly errors = new Set<number>();
	readonly places = new Map<number, RecordPlace>();
	durationUs = 0;
	leftOut = 0;
	readonly #pathNumbers = new Map<string, number>([["", 0]]);
	readonly #calls = new Map<number, OpenCall>();
	readonly #wanted: ReadonlySet<number>;
	readonly #range: RecordRange;
	#ordinal = 0;

	/** Of the wanted records `places` tells where they are. */
	constructor(wanted: ReadonlySet<number>, range: RecordRange) {
		this.#wanted = wanted;
		this.#range = range;
	}

	add(record: HistoryRecord): void {
		const ordinal = this.#ordinal++;
		this.durationUs = Math.max(this.durationUs, record.atUs);
		const lane = this.#take(ordinal, record);
		if (this.#wanted.has(ordinal) && !this.places.has(ordinal))
			this.places.set(ordinal, { atUs: record.atUs, lane, item: -1 });
	}

	finish(): void {
		for (const { item } of this.#calls.values()) this.#end(item, { endUs: this.durationUs, flags: flagOpen });
		this.lanes.finish(this.durationUs);
		this.bands.closeAll(this.durationUs);
	}

	/** @returns the lane that it belongs to; -1: to none */
	#take(ordinal: number, record: HistoryRecord): number {
		switch (record.type) {
			case "call":
				return this.#call(ordinal, record);
			case "reply":
			case "lost":
				return this.#callEnds(ordinal, record);
			case "event":
				return this.#event(ordinal, record);
			case "fault":
				this.faults.push({ atUs: record.atUs, servers: record.servers, text: record.text });
				this.bands.fault(record);
				return -1;
			case "phase":
				this.phases.push({ atUs: record.atUs, servers: [], text: phaseTexts[record.phase] });
				if (record.phase === "healed") this.bands.closeAll(record.atUs);
				return -1;
			default:
				return this.#connection(record);
		}
	}

	#connection(record: RecordOf<"connecting" | "connected" | "expired" | "disconnected">): number {
		const { connection, atUs } = record;
		if (record.type === "connecting") this.#connecting(record);
		if (record.type === "connected") this.lanes.connected(connection, record.session);
		if (record.type === "expired") this.lanes.expired(connection);
		// A new session's lane is not known while it is asked for.
		if (record.type === "connecting" && record.session === 0n) return -1;
		const lane = this.lanes.laneOf(connection);
		if (record.type === "disconnected") this.lanes.disconnected(connection, atUs);
		return lane;
	}

	#connecting({ connection, client, server, session, atUs }: RecordOf<"connecting">): void {
		while (this.serverByConnection.length < connection) this.serverByConnection.push(-1);
		this.serverByConnection[connection] = server;
		this.lanes.connecting(connection, client, server, session, atUs);
	}

	#shown(ordinal: number): boolean {
		const [from, to] = this.#range;
		if (ordinal >= from && ordinal < to) return true;
		this.leftOut++;
		return false;
	}

	#call(ordinal: number, { atUs, call, connection, operation }: RecordOf<"call">): number {
		const lane = this.lanes.laneOf(connection);
		if (!this.#shown(ordinal)) return lane;
		const slot = this.lanes.beginCall(lane, atUs);
		const kind = kindNumbers.get(operation.op) ?? 0;
		const path = this.#pathNumber("path" in operation ? operation.path : "");
		const asked = operationDetail(operation);
		const item = this.items.begin({ lane, startUs: atUs, kind, slot, path, record: ordinal, connection, asked });
		this.#calls.set(call, { item, lane, slot });
		this.#placeItem(ordinal, atUs, lane, item);
		return lane;
	}

	#callEnds(ordinal: number, record: RecordOf<"reply" | "lost">): number {
		const open = this.#calls.get(record.call);
		if (open === undefined) return -1;
		this.#calls.delete(record.call);
		this.lanes.endCall(open.lane, open.slot, record.atUs);
		const { atUs: endUs } = record;
		if (record.type === "lost") this.#end(open.item, { endUs, flags: flagLost, reply: ordinal });
		else {
			const { zxid, err } = record;
			if (err !== 0) this.errors.add(err);
			this.#end(open.item, { endUs, reply: ordinal, zxid, err, answered: resultDetail(record.result) });
		}
		this.#placeItem(ordinal, endUs, open.lane, open.item);
		return open.lane;
	}

	#event(ordinal: number, { atUs, connection, event, path, zxid }: RecordOf<"event">): number {
		const lane = this.lanes.laneOf(connection);
		if (!this.#shown(ordinal)) return lane;
		const kind = kindNumbers.get(event) ?? 0;
		const place = { lane, startUs: atUs, kind, slot: 0, path: this.#pathNumber(path), record: ordinal, connection };
		const item = this.items.begin({ ...place, asked: "{}" });
		this.#end(item, { endUs: atUs, zxid });
		this.#placeItem(ordinal, atUs, lane, item);
		return lane;
	}

	#end(item: number, end: { readonly endUs: number } & Partial<Parameters<SceneItems["finish"]>[1]>): void {
		this.items.finish(item, { flags: 0, zxid: 0, err: 0, reply: 0, answered: "", ...end });
	}

	#placeItem(ordinal: number, atUs: number, lane: number, item: number): void {
		if (this.#wanted.has(ordinal)) this.places.set(ordinal, { atUs, lane, item });
	}

	#pathNumber(path: string): number {
		const known = this.#pathNumbers.get(path);
		if (known !== undefined) return known;
		this.#pathNumbers.set(path, this.paths.length);
		return this.paths.push(path) - 1;
	}
}
