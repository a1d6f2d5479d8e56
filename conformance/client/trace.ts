import { performance } from "node:perf_hooks";
import type { Codec } from "./codec.js";
import type { FrameTrace } from "./connection.js";
import { describeMessage, MessageReader } from "./message.js";

type Entry = { readonly client: string; readonly connection: number; readonly atMs: number } & (
	| { readonly kind: "sent" | "received"; readonly bytes: Uint8Array }
	| { readonly kind: "note"; readonly text: string }
);

/** Everything that named clients sent and received, in the order in which it happened; decoded only when asked for. */
export class Trace {
	readonly #codec: Codec;
	readonly #startMs = performance.now();
	readonly #entries: Entry[] = [];
	#connections = 0;

	constructor(codec: Codec) {
		this.#codec = codec;
	}

	/** The recorder of one new connection of a client. */
	connection(client: string): FrameTrace {
		const connection = this.#connections++;
		return {
			sent: (bytes, atMs) => void this.#entries.push({ kind: "sent", client, connection, atMs, bytes }),
			received: (bytes, atMs) => void this.#entries.push({ kind: "received", client, connection, atMs, bytes }),
			note: (text, atMs) => void this.#entries.push({ kind: "note", client, connection, atMs, text }),
		};
	}

	/** A line of the caller's own among the messages. */
	note(client: string, text: string): void {
		this.#entries.push({ kind: "note", client, connection: -1, atMs: performance.now(), text });
	}

	/** The last lines, each with the ms since the start, the client, the direction, the message and its bytes. */
	lines(last = Number.POSITIVE_INFINITY): readonly string[] {
		const readers = new Map<number, MessageReader>();
		const lines = this.#entries.map((entry) => this.#describe(readers, entry));
		return lines.slice(Math.max(0, lines.length - last));
	}

	#describe(readers: Map<number, MessageReader>, entry: Entry): string {
		const head = `${(entry.atMs - this.#startMs).toFixed(1).padStart(8)} ms ${entry.client}`;
		if (entry.kind === "note") return `${head} -- ${entry.text}`;
		const reader = readers.get(entry.connection) ?? new MessageReader(this.#codec);
		readers.set(entry.connection, reader);
		const message = entry.kind === "sent" ? reader.sent(entry.bytes) : reader.received(entry.bytes);
		const arrow = entry.kind === "sent" ? "->" : "<-";
		return `${head} ${arrow} ${describeMessage(this.#codec, message)}  | ${shortHex(entry.bytes)}`;
	}
}

function shortHex(bytes: Uint8Array): string {
	const hex = Buffer.from(bytes.subarray(0, 48)).toString("hex");
	return bytes.length > 48 ? `${hex}… ${bytes.length} bytes` : hex;
}
