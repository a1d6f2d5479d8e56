import { seededRandom } from "../../conformance/client/random.js";
import type { HistoryHeader, HistoryRecord, Operation, Result, Stat } from "../../conformance/history/record.js";

/** One znode, read and written by clients that are always busy. */
export interface RegisterShape {
	readonly operations: number;
	readonly clients: number;
	readonly seed: number;
	/** How many writes a server may be behind; 0 makes reads linearizable too, as a general checker demands. */
	readonly lagMax: number;
	/** After how many operations one read shows what its client knows to be over; undefined for a right history. */
	readonly staleAfter: number | undefined;
}

const path = "/register/x";
const firstZxid = 0x500000000;
const startMs = 1_700_000_000_000;
/** States that a server may still show; above every lag. */
const kept = 4096;

/** One client; of its operation, what happens next and when. */
interface Client {
	readonly number: number;
	readonly server: number;
	nextAtUs: number;
	step: "call" | "effect" | "reply";
	call: number;
	written: string | undefined;
	/** Index of the state that its reply will show. */
	shown: number;
	/** Index of the newest state that it knows. */
	known: number;
	/** Zxid of the reply, as an index. */
	header: number;
}

export function registerHeader(shape: RegisterShape): HistoryHeader {
	return {
		format: "zkspec history/1",
		workload: `register of ${shape.clients} clients`,
		seed: shape.seed,
		servers: ["s0", "s1", "s2"],
		root: "/register",
		target: "generated",
		startedAt: "2026-01-01T00:00:00.000Z",
		rules: [],
		facts: {},
	};
}

/**
 * The records of a run in which half of the operations write a value that nobody else writes. Returns the call of the stale
 * read, or -1.
 */
export function* registerRecords(shape: RegisterShape): Generator<HistoryRecord, number> {
	const register = new Register(shape);
	yield* register.begin();
	for (let left = shape.operations * 3; left > 0; left--) {
		const record = register.next();
		if (record !== undefined) yield record;
	}
	yield { type: "phase", atUs: register.atUs, phase: "end" };
	return register.stale;
}

class Register {
	atUs = 0;
	/** The call of the read that showed what was over; -1 while there is none. */
	stale = -1;
	readonly #shape: RegisterShape;
	readonly #random: () => number;
	readonly #clients: Client[];
	/** The last states, by index modulo `kept`. */
	readonly #values: string[] = ["0"];
	#latest = 0;
	/** Per server, the newest state that it has. */
	readonly #applied = [0, 0, 0];
	#calls = 0;
	#staleAfter: number | undefined;

	constructor(shape: RegisterShape) {
		this.#shape = shape;
		this.#staleAfter = shape.staleAfter;
		this.#random = seededRandom(shape.seed);
		this.#clients = Array.from({ length: shape.clients }, (_, number) => ({
			...{ number, server: number % 3, nextAtUs: Math.round(this.#random() * 500), step: "call" as const },
			...{ call: 0, written: undefined, shown: 0, known: 0, header: 0 },
		}));
	}

	*begin(): Generator<HistoryRecord> {
		for (const { number, server } of this.#clients) {
			const connection = number + 1;
			const base = { atUs: 0, connection, timeoutMs: 10_000 };
			yield { type: "connecting", ...base, client: number, server, session: 0n, lastZxid: 0 };
			yield { type: "connected", ...base, session: 0x100000000000000n + BigInt(connection) };
		}
	}

	next(): HistoryRecord | undefined {
		const client = this.#soonest();
		this.atUs = client.nextAtUs;
		switch (client.step) {
			case "call":
				return this.#call(client);
			case "effect":
				this.#effect(client);
				return undefined;
			case "reply":
				return this.#reply(client);
		}
	}

	#soonest(): Client {
		let soonest = this.#clients[0] as Client;
		for (const client of this.#clients) if (client.nextAtUs < soonest.nextAtUs) soonest = client;
		return soonest;
	}

	#then(client: Client, step: Client["step"], withinUs: number): void {
		client.step = step;
		client.nextAtUs = this.atUs + 1 + Math.floor(this.#random() * withinUs);
	}

	#call(client: Client): HistoryRecord {
		client.call = this.#calls++;
		client.written = this.#random() < 0.5 ? `${client.number}-${client.call}` : undefined;
		this.#then(client, "effect", 400);
		const operation: Operation =
			client.written === undefined
				? { op: "getData", path, watch: false }
				: { op: "setData", path, data: client.written, version: -1 };
		return { type: "call", atUs: this.atUs, call: client.call, connection: client.number + 1, operation };
	}

	#effect(client: Client): void {
		if (client.written === undefined) this.#read(client);
		else {
			client.shown = ++this.#latest;
			this.#values[client.shown % kept] = client.written;
			this.#applied[client.server] = client.shown;
			client.header = client.shown;
		}
		client.known = Math.max(client.known, client.header);
		this.#then(client, "reply", 400);
	}

	#read(client: Client): void {
		const applied = this.#applied[client.server] as number;
		const lag = Math.floor(this.#random() * (this.#shape.lagMax + 1));
		client.header = Math.max(applied, this.#latest - lag);
		this.#applied[client.server] = client.header;
		client.shown = client.header;
		if (this.#staleAfter === undefined || client.call < this.#staleAfter || client.known < 2) return;
		client.shown = client.known - 1;
		this.#staleAfter = undefined;
		this.stale = client.call;
	}

	#reply(client: Client): HistoryRecord {
		this.#then(client, "call", 20);
		const stat = this.#stat(client.shown);
		const result: Result =
			client.written === undefined
				? { op: "getData", data: this.#values[client.shown % kept] as string, stat }
				: { op: "setData", stat };
		const zxid = firstZxid + client.header;
		return { type: "reply", atUs: this.atUs, call: client.call, zxid, err: 0, result };
	}

	#stat(version: number): Stat {
		const length = (this.#values[version % kept] as string).length;
		return {
			czxid: firstZxid,
			mzxid: firstZxid + version,
			ctime: startMs,
			mtime: startMs + Math.floor(version / 10),
			version,
			cversion: 0,
			aversion: 0,
			ephemeralOwner: 0n,
			dataLength: length,
			numChildren: 0,
			pzxid: firstZxid,
		};
	}
}
