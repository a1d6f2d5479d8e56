import type { Calls } from "./calls.js";
import type { IntColumn } from "./column.js";
import type { EventType, HistoryHeader, HistoryRecord, Micros } from "./record.js";
import type { Stats } from "./stats.js";
import type { Texts } from "./texts.js";

/** A history in memory, as rules read it. */
export interface History {
	readonly header: HistoryHeader;
	/** False for one that was cut: its recorder did not come to the end. */
	readonly whole: boolean;
	readonly texts: Texts;
	readonly stats: Stats;
	readonly calls: Calls;
	/** By number; the first has number 1, so that 0 holds none. */
	readonly connections: readonly (Connection | undefined)[];
	/** In the order of the records, as are all lists here. */
	readonly events: readonly WatchEvent[];
	readonly faults: readonly Fault[];
	readonly phases: readonly Phase[];
	/** What each record is: `4 * index + kind`, see `recordAt`. */
	readonly records: IntColumn;
	/** Records that are neither calls nor their ends nor events, by the index that `records` gives. */
	readonly others: readonly HistoryRecord[];
}

/** One connection, from the handshake to its end. */
export interface Connection {
	readonly number: number;
	readonly client: number;
	/** Index into the header's servers. */
	readonly server: number;
	/** Which session it asked for; 0n for a new one. */
	readonly askedSession: bigint;
	/** The highest zxid that the client knew, as it told the server. */
	readonly lastZxid: number;
	readonly connectingAtUs: Micros;
	/** Ordinal of the record. */
	readonly connectingRecord: number;
	/** What the server granted; undefined while it has not. */
	readonly granted: Grant | undefined;
	readonly end: ConnectionEnd | undefined;
}

export interface Grant {
	readonly session: bigint;
	readonly timeoutMs: number;
	readonly atUs: Micros;
	readonly record: number;
}

export interface ConnectionEnd {
	/** `expired`: the server told that the session is gone. */
	readonly kind: "expired" | "disconnected";
	readonly atUs: Micros;
	readonly record: number;
}

export interface WatchEvent {
	readonly atUs: Micros;
	readonly record: number;
	readonly connection: number;
	readonly zxid: number;
	readonly event: EventType;
	/** Text id. */
	readonly path: number;
}

export interface Fault {
	readonly atUs: Micros;
	readonly record: number;
	readonly servers: readonly number[];
	readonly text: string;
}

export interface Phase {
	readonly atUs: Micros;
	readonly record: number;
	readonly phase: "healed" | "final" | "end";
}

/** Low bits of `records`. */
export const recordKind = { call: 0, end: 1, event: 2, other: 3 } as const;

/** The record with this ordinal, as it was written. */
export function recordAt(history: History, ordinal: number): HistoryRecord {
	if (ordinal < 0 || ordinal >= history.records.length) throw new RangeError(`no record has the ordinal ${ordinal}`);
	const entry = history.records.get(ordinal);
	const index = entry >>> 2;
	switch (entry & 3) {
		case recordKind.call:
			return callRecordAt(history, index);
		case recordKind.end:
			return endRecordAt(history, index);
		case recordKind.event:
			return eventRecordAt(history, index);
		default:
			return history.others[index] as HistoryRecord;
	}
}

/** All records, in their order. */
export function* recordsOf(history: History): Generator<HistoryRecord> {
	for (let ordinal = 0; ordinal < history.records.length; ordinal++) yield recordAt(history, ordinal);
}

function callRecordAt({ calls }: History, call: number): HistoryRecord {
	const operation = calls.operationOf(call);
	return { type: "call", atUs: calls.atUs.get(call), call, connection: calls.connection.get(call), operation };
}

function endRecordAt({ calls }: History, call: number): HistoryRecord {
	const atUs = calls.endAtUs.get(call);
	if (calls.outcome.get(call) === 2) return { type: "lost", atUs, call };
	const result = calls.resultOf(call);
	return { type: "reply", atUs, call, zxid: calls.zxid.get(call), err: calls.err.get(call), result };
}

function eventRecordAt({ events, texts }: History, index: number): HistoryRecord {
	const { atUs, connection, zxid, event, path } = events[index] as WatchEvent;
	return { type: "event", atUs, connection, zxid, event, path: texts.textOf(path) };
}
