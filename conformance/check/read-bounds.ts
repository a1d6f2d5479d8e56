import { outcomeCode } from "../history/calls.js";
import type { History } from "../history/history.js";
import { operationCode } from "../history/operation-code.js";
import type { Facts } from "./facts.js";
import { isWrite } from "./write.js";

/** Why a read may not show anything older than a zxid. */
export const boundKind = {
	/** The client brought it to the connection. */
	brought: 0,
	/** An earlier write of this connection. */
	write: 1,
	/** An earlier read of this connection. */
	read: 2,
	/** Somebody had it before this connection's last sync was sent. */
	sync: 3,
} as const;

/** Of each connection, the oldest state that its next reply may show. Moves on call by call, in the order of the calls. */
export class ReadBounds {
	readonly #facts: Facts;
	readonly #zxids: Float64Array;
	readonly #kinds: Uint8Array;
	/** The call that gave the bound, -1 for what was brought. */
	readonly #calls: Int32Array;
	/** The call whose reply the client waited for when it had the bound; of a sync, the sync. */
	readonly #syncs: Int32Array;

	constructor(facts: Facts) {
		const { connections } = facts.history;
		this.#facts = facts;
		this.#zxids = Float64Array.from(connections, (connection) => connection?.lastZxid ?? 0);
		this.#kinds = new Uint8Array(connections.length);
		this.#calls = new Int32Array(connections.length).fill(-1);
		this.#syncs = new Int32Array(connections.length).fill(-1);
	}

	zxid(connection: number): number {
		return this.#zxids[connection] as number;
	}

	/** See `boundKind`. */
	kind(connection: number): number {
		return this.#kinds[connection] as number;
	}

	/** The last sync that was answered on this connection, or -1. */
	sync(connection: number): number {
		return this.#syncs[connection] as number;
	}

	/** Records that show the bound: of the reply or the handshake, and of a sync that came behind it. */
	witnesses(connection: number): number[] {
		const { calls, connections } = this.#facts.history;
		const call = this.#calls[connection] as number;
		if (call < 0) return [connections[connection]?.connectingRecord ?? 0];
		const reply = calls.endRecord.get(call);
		return this.kind(connection) === boundKind.sync ? [reply, calls.record.get(this.sync(connection))] : [reply];
	}

	/** The call that gave the bound, or -1 for what was brought. */
	call(connection: number): number {
		return this.#calls[connection] as number;
	}

	/** Every answered call moves its connection's bound; the next one comes with a higher number. */
	pass(call: number): void {
		const { calls } = this.#facts.history;
		if (calls.outcome.get(call) !== outcomeCode.replied) return;
		const connection = calls.connection.get(call);
		const op = calls.op.get(call);
		this.#raise(connection, call, isWrite(op) ? boundKind.write : boundKind.read);
		if (op !== operationCode.sync || calls.err.get(call) !== 0) return;
		this.#syncs[connection] = call;
		const newest = this.#facts.newestBefore.get(call);
		if (newest >= 0) this.#raise(connection, newest, boundKind.sync);
	}

	#raise(connection: number, call: number, kind: number): void {
		const zxid = this.#facts.history.calls.zxid.get(call);
		if (zxid <= this.zxid(connection)) return;
		this.#zxids[connection] = zxid;
		this.#kinds[connection] = kind;
		this.#calls[connection] = call;
	}
}

/** Ordinal of the record with which the final reads begin, or that of no record. */
export function finalRecord({ phases, records }: History): number {
	return phases.find(({ phase }) => phase === "final")?.record ?? records.length;
}
