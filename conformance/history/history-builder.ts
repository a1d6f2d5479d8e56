import { Calls, outcomeCode } from "./calls.js";
import { IntColumn } from "./column.js";
import type { Connection, ConnectionEnd, Fault, Grant, History, Phase, WatchEvent } from "./history.js";
import { recordKind } from "./history.js";
import type { HistoryHeader, HistoryRecord } from "./record.js";
import { Stats } from "./stats.js";
import { Texts } from "./texts.js";

/** A record that can not stand where it does. */
export class HistoryError extends Error {
	override readonly name = "HistoryError";
}

type RecordOf<Type extends HistoryRecord["type"]> = HistoryRecord & { readonly type: Type };

/** Takes records in their order and makes them a history. */
export class HistoryBuilder {
	readonly #header: HistoryHeader;
	readonly #texts = new Texts();
	readonly #stats: Stats;
	readonly #calls: Calls;
	readonly #connections: (Connection | undefined)[] = [undefined];
	readonly #events: WatchEvent[] = [];
	readonly #faults: Fault[] = [];
	readonly #phases: Phase[] = [];
	readonly #records: IntColumn;
	readonly #others: HistoryRecord[] = [];

	/** There is room for `capacity` calls at first: to grow is to copy. */
	constructor(header: HistoryHeader, capacity = 1024) {
		this.#header = header;
		this.#stats = new Stats(capacity);
		this.#calls = new Calls(this.#texts, this.#stats, capacity);
		this.#records = new IntColumn(2 * capacity);
	}

	/** Throws `HistoryError` for a record that contradicts those before it. */
	add(record: HistoryRecord): void {
		const ordinal = this.#records.length;
		switch (record.type) {
			case "call":
				this.#addCall(record, ordinal);
				break;
			case "reply":
				this.#mustBeOpen(record.call);
				this.#calls.addReply(record, ordinal);
				this.#note(record.call, recordKind.end);
				break;
			case "lost":
				this.#mustBeOpen(record.call);
				this.#calls.addLost(record.call, record.atUs, ordinal);
				this.#note(record.call, recordKind.end);
				break;
			case "event":
				this.#addEvent(record, ordinal);
				break;
			default:
				this.#addOther(record, ordinal);
		}
	}

	done(): History {
		return {
			header: this.#header,
			whole: this.#phases.at(-1)?.phase === "end",
			texts: this.#texts,
			stats: this.#stats,
			calls: this.#calls,
			connections: this.#connections,
			events: this.#events,
			faults: this.#faults,
			phases: this.#phases,
			records: this.#records,
			others: this.#others,
		};
	}

	#note(index: number, kind: number): void {
		this.#records.push(index * 4 + kind);
	}

	#addCall(record: RecordOf<"call">, ordinal: number): void {
		if (record.call !== this.#calls.count) {
			throw new HistoryError(`record ${ordinal}: call ${record.call} comes where call ${this.#calls.count} is due`);
		}
		this.#mustConnection(record.connection, ordinal);
		this.#calls.addCall(record, ordinal);
		this.#note(record.call, recordKind.call);
	}

	#addEvent(record: RecordOf<"event">, ordinal: number): void {
		const { atUs, connection, zxid, event } = record;
		this.#mustConnection(connection, ordinal);
		this.#note(this.#events.length, recordKind.event);
		this.#events.push({ atUs, record: ordinal, connection, zxid, event, path: this.#texts.idOf(record.path) });
	}

	#addOther(record: Exclude<HistoryRecord, RecordOf<"call" | "reply" | "lost" | "event">>, ordinal: number): void {
		this.#note(this.#others.length, recordKind.other);
		this.#others.push(record);
		switch (record.type) {
			case "connecting":
				this.#connections[record.connection] = connectionOf(record, ordinal);
				break;
			case "connected": {
				const { session, timeoutMs, atUs } = record;
				this.#change(record.connection, ordinal, { granted: { session, timeoutMs, atUs, record: ordinal } });
				break;
			}
			case "expired":
			case "disconnected":
				this.#endConnection(record, ordinal);
				break;
			case "fault":
				this.#faults.push({ atUs: record.atUs, record: ordinal, servers: record.servers, text: record.text });
				break;
			case "phase":
				this.#phases.push({ atUs: record.atUs, record: ordinal, phase: record.phase });
		}
	}

	/** What ends it is what comes first: behind `expired`, that it is disconnected tells nothing. */
	#endConnection(record: RecordOf<"expired" | "disconnected">, ordinal: number): void {
		if (this.#mustConnection(record.connection, ordinal).end !== undefined) return;
		this.#change(record.connection, ordinal, { end: { kind: record.type, atUs: record.atUs, record: ordinal } });
	}

	#change(number: number, ordinal: number, change: { granted?: Grant; end?: ConnectionEnd }): void {
		this.#connections[number] = { ...this.#mustConnection(number, ordinal), ...change };
	}

	#mustConnection(number: number, ordinal: number): Connection {
		const connection = this.#connections[number];
		if (connection === undefined) throw new HistoryError(`record ${ordinal}: connection ${number} never began`);
		return connection;
	}

	#mustBeOpen(call: number): void {
		const ordinal = this.#records.length;
		if (call >= this.#calls.count) throw new HistoryError(`record ${ordinal}: call ${call} was never made`);
		if (this.#calls.outcome.get(call) === outcomeCode.open) return;
		throw new HistoryError(`record ${ordinal}: call ${call} has ended before`);
	}
}

/** Throws `HistoryError` for records that contradict each other. */
export function historyOf(header: HistoryHeader, records: Iterable<HistoryRecord>): History {
	const builder = new HistoryBuilder(header);
	for (const record of records) builder.add(record);
	return builder.done();
}

function connectionOf(record: RecordOf<"connecting">, ordinal: number): Connection {
	return {
		number: record.connection,
		client: record.client,
		server: record.server,
		askedSession: record.session,
		lastZxid: record.lastZxid,
		connectingAtUs: record.atUs,
		connectingRecord: ordinal,
		granted: undefined,
		end: undefined,
	};
}
