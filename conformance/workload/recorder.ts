import type { EventType, HistoryRecord, Operation, Result } from "../history/record.js";

/** Takes records in the order of a history. */
export type RecordSink = (record: HistoryRecord) => void;

/** What a session tells when it connects. */
export interface Hello {
	readonly session: bigint;
	readonly lastZxid: number;
	readonly timeoutMs: number;
}

/** What was done, for people. */
export interface Counts {
	/** Calls by the operation's name. */
	readonly calls: Record<string, number>;
	/** Replies with an error, by its code; of a multi, that of the part which failed. */
	readonly errors: Record<number, number>;
	lost: number;
	events: number;
	connections: number;
	/** Granted anew. */
	sessions: number;
	expired: number;
	records: number;
}

/** Numbers connections and calls, and writes down what it is told of with the time, unless it is told to stop. */
export class Recorder {
	readonly counts: Counts = {
		calls: {},
		errors: {},
		lost: 0,
		events: 0,
		connections: 0,
		sessions: 0,
		expired: 0,
		records: 0,
	};
	readonly #sink: RecordSink;
	readonly #nowUs: () => number;
	#connections = 0;
	#calls = 0;
	#isOn = true;

	constructor(sink: RecordSink, nowUs: () => number) {
		this.#sink = sink;
		this.#nowUs = nowUs;
	}

	/** What follows is not part of the history. */
	end(): void {
		this.#write({ type: "phase", atUs: this.#nowUs(), phase: "end" });
		this.#isOn = false;
	}

	get callCount(): number {
		return this.#calls;
	}

	connecting(client: number, server: number, hello: Hello): number {
		const connection = ++this.#connections;
		this.counts.connections++;
		this.#write({ type: "connecting", atUs: this.#nowUs(), client, connection, server, ...hello });
		return connection;
	}

	connected(connection: number, session: bigint, timeoutMs: number, isNew: boolean): void {
		if (isNew) this.counts.sessions++;
		this.#write({ type: "connected", atUs: this.#nowUs(), connection, session, timeoutMs });
	}

	expired(connection: number): void {
		this.counts.expired++;
		this.#write({ type: "expired", atUs: this.#nowUs(), connection });
	}

	disconnected(connection: number): void {
		this.#write({ type: "disconnected", atUs: this.#nowUs(), connection });
	}

	/** @returns the number of the call */
	call(connection: number, operation: Operation): number {
		const call = this.#calls++;
		this.counts.calls[operation.op] = (this.counts.calls[operation.op] ?? 0) + 1;
		this.#write({ type: "call", atUs: this.#nowUs(), call, connection, operation });
		return call;
	}

	reply(call: number, zxid: number, err: number, result: Result): void {
		const failed = err === 0 ? errorOf(result) : err;
		if (failed !== 0) this.counts.errors[failed] = (this.counts.errors[failed] ?? 0) + 1;
		this.#write({ type: "reply", atUs: this.#nowUs(), call, zxid, err, result });
	}

	lost(call: number): void {
		this.counts.lost++;
		this.#write({ type: "lost", atUs: this.#nowUs(), call });
	}

	event(connection: number, zxid: number, event: EventType, path: string): void {
		this.counts.events++;
		this.#write({ type: "event", atUs: this.#nowUs(), connection, zxid, event, path });
	}

	fault(servers: readonly number[], text: string): void {
		this.#write({ type: "fault", atUs: this.#nowUs(), servers, text });
	}

	phase(phase: "healed" | "final"): void {
		this.#write({ type: "phase", atUs: this.#nowUs(), phase });
	}

	#write(record: HistoryRecord): void {
		if (!this.#isOn) return;
		this.counts.records++;
		this.#sink(record);
	}
}

/** A multi that failed says so in its parts: 0 before the one that failed. */
function errorOf(result: Result): number {
	if (result.op !== "multi") return 0;
	const failed = result.results.find((part) => part.op === "error" && part.err !== 0);
	return failed?.op === "error" ? failed.err : 0;
}
