import type { Codec } from "../../conformance/client/codec.js";
import type { Address } from "../../conformance/client/connection.js";
import { Outbox } from "./outbox.js";
import { Pipe, type PipeEnd } from "./pipe.js";
import { putInt } from "./values.js";

const window = 1000;
/** So much is written at once, however large the values are. */
const turnBytes = 4 * 1024 * 1024;
const sessionTimeoutMs = 30_000;
const silenceMs = 30_000;
const headerBytes = 16;

/** No server took a session, or one was lost, or said nothing for too long. */
export class BulkError extends Error {
	override readonly name = "BulkError";
}

export interface BulkReply {
	readonly err: number;
	readonly bytes: Buffer;
	readonly view: DataView;
	/** Where the body lies; only during the call. */
	readonly at: number;
	readonly end: number;
}

interface Task {
	readonly count: number;
	readonly ask: (index: number, xid: number, out: Outbox) => void;
	/** A BulkError ends the task and the session. */
	readonly judge: (index: number, reply: BulkReply) => void;
	resolve(): void;
	reject(error: BulkError): void;
}

/** A session for many requests of which none is measured: what makes and removes nodes and looks at them afterwards. */
export class Bulk implements PipeEnd {
	readonly #codec: Codec;
	readonly #out = new Outbox();
	readonly #pipe: Pipe;
	#attached = false;
	#ended: BulkError | undefined;
	#settle: { resolve(): void; reject(error: BulkError): void } | undefined;
	#task: Task | undefined;
	#base = 1;
	#asked = 0;
	#answered = 0;
	#timer: NodeJS.Timeout | undefined;

	/** A session with the first server that takes one. @throws BulkError when none does */
	static async open(addresses: readonly Address[], codec: Codec): Promise<Bulk> {
		let last: BulkError | undefined;
		for (const address of addresses) {
			const bulk = new Bulk(address, codec);
			try {
				await bulk.#attach();
				return bulk;
			} catch (error) {
				if (!(error instanceof BulkError)) throw error;
				last = new BulkError(`${address.host}:${address.port}: ${error.message}`);
			}
		}
		throw last ?? new BulkError("there is no server to ask");
	}

	private constructor(address: Address, codec: Codec) {
		this.#codec = codec;
		this.#pipe = new Pipe(address, this);
	}

	/**
	 * Sends `count` requests, a thousand under way, and shows each reply.
	 * @throws BulkError when the connection is lost before the last one
	 */
	each(count: number, ask: Task["ask"], judge: Task["judge"]): Promise<void> {
		if (this.#ended !== undefined) return Promise.reject(this.#ended);
		return new Promise((resolve, reject) => {
			this.#task = { count, ask, judge, resolve, reject };
			this.#base += this.#asked;
			this.#asked = 0;
			this.#answered = 0;
			this.#fill();
		});
	}

	/** One request by its fields; gives its error, 0 for none. */
	async call(operation: string, fields: Parameters<Codec["encodeRequest"]>[1]): Promise<number> {
		let err = 0;
		await this.each(
			1,
			(_, xid, out) => this.ask(operation, fields, xid, out),
			(_, reply) => {
				err = reply.err;
			},
		);
		return err;
	}

	/** Puts a request into the outbox by its fields. */
	ask(operation: string, fields: Parameters<Codec["encodeRequest"]>[1], xid: number, out: Outbox): void {
		const body = this.#codec.encodeRequest(operation, fields, { defaults: true });
		const at = out.reserve(12 + body.length);
		putInt(out.bytes, at, 8 + body.length);
		putInt(out.bytes, at + 4, xid);
		putInt(out.bytes, at + 8, this.#codec.operation(operation).code);
		out.bytes.set(body, at + 12);
	}

	/** Ends the session on its server. */
	async close(): Promise<void> {
		try {
			await this.call("closeSession", {});
		} catch (error) {
			if (!(error instanceof BulkError)) throw error;
		}
		clearTimeout(this.#timer);
		this.#pipe.destroy();
	}

	opened(): void {
		const { request } = this.#codec.wire.handshake;
		const fields = { lastZxidSeen: 0n, timeOut: sessionTimeoutMs, sessionId: 0n, passwd: new Uint8Array(16) };
		const body = this.#codec.encodeRecord(request, fields);
		const at = this.#out.reserve(4 + body.length);
		putInt(this.#out.bytes, at, body.length);
		this.#out.bytes.set(body, at + 4);
		this.#pipe.send(this.#out);
	}

	turnBegins(): void {
		this.#timer?.refresh();
	}

	turnEnds(): void {
		const task = this.#task;
		if (task === undefined) return;
		this.#fill();
		if (this.#answered < task.count) return;
		this.#task = undefined;
		clearTimeout(this.#timer);
		task.resolve();
	}

	received(bytes: Buffer, view: DataView, at: number, end: number): void {
		if (!this.#attached) {
			this.#attached = true;
			if (view.getInt32(at + 4) > 0) this.#settle?.resolve();
			else this.closed("the server refused a session");
			return;
		}
		const index = view.getInt32(at) - this.#base;
		if (index !== this.#answered) {
			this.closed(`a reply to request ${index} came, that to ${this.#answered} was due`);
			return;
		}
		this.#answered++;
		const err = view.getInt32(at + 12);
		try {
			this.#task?.judge(index, { err, bytes, view, at: at + headerBytes, end });
		} catch (error) {
			if (!(error instanceof BulkError)) throw error;
			this.closed(error.message);
		}
	}

	closed(why: string): void {
		clearTimeout(this.#timer);
		this.#pipe.destroy();
		const error = new BulkError(why);
		this.#ended ??= error;
		this.#settle?.reject(error);
		const task = this.#task;
		this.#task = undefined;
		task?.reject(error);
	}

	#attach(): Promise<void> {
		return new Promise((resolve, reject) => {
			this.#settle = { resolve, reject };
			this.#timer = setTimeout(() => this.closed(`no answer within ${silenceMs} ms`), silenceMs);
		});
	}

	#fill(): void {
		const task = this.#task;
		if (task === undefined) return;
		while (this.#asked < task.count && this.#asked - this.#answered < window && this.#out.length < turnBytes) {
			task.ask(this.#asked, this.#base + this.#asked, this.#out);
			this.#asked++;
		}
		this.#timer?.refresh();
		this.#pipe.send(this.#out);
		if (task.count > 0) return;
		this.#task = undefined;
		task.resolve();
	}
}
