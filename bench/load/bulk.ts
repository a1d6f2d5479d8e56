import type { Codec } from "../../conformance/client/codec.js";
import type { Address } from "../../conformance/client/connection.js";
import { Outbox } from "./outbox.js";
import { Pipe, type PipeEnd } from "./pipe.js";
import { replyHeaderBytes } from "./reply-layout.js";
import { putInt } from "./values.js";

const window = 1000;
/** So much is written at once, however large the values are. */
const turnBytes = 4 * 1024 * 1024;
const sessionTimeoutMs = 30_000;
const silenceMs = 30_000;

const noJudgement = (): void => undefined;

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
	/** Puts one request into the outbox. */
	readonly ask: (index: number, xid: number) => void;
	/** A BulkError ends the task and the session. */
	readonly judge: (index: number, reply: BulkReply) => void;
	resolve(): void;
	reject(error: BulkError): void;
}

/** A session for many requests of which none is measured: what makes and removes nodes and looks at them afterwards. */
export class Bulk implements PipeEnd {
	readonly #codec: Codec;
	/** What the next turn sends. */
	readonly outbox = new Outbox();
	readonly #tails = new Map<string, Uint8Array>();
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

	/** One request about a path, with what the protocol's defaults are otherwise; gives its error, 0 for none. */
	async call(operation: string, path: string): Promise<number> {
		let err = 0;
		await this.each(
			1,
			(_, xid) => this.askOf(operation, path, xid),
			(_, reply) => {
				err = reply.err;
			},
		);
		return err;
	}

	/** Puts a request into the outbox whose first field is a path, the others as the protocol's defaults are. */
	askOf(operation: string, path: string, xid: number): void {
		this.#ask(operation, path, undefined, this.#tailOf(operation), xid);
	}

	/** Puts a create with these data into the outbox. */
	askCreate(path: string, data: Uint8Array, xid: number): void {
		this.#ask("create", path, data, this.#tailOf("create").subarray(4), xid);
	}

	#ask(operation: string, path: string, data: Uint8Array | undefined, tail: Uint8Array, xid: number): void {
		const { outbox } = this;
		const pathBytes = Buffer.byteLength(path);
		const dataBytes = data === undefined ? 0 : 4 + data.length;
		const at = outbox.reserve(16 + pathBytes + dataBytes + tail.length);
		putInt(outbox.bytes, at, 12 + pathBytes + dataBytes + tail.length);
		putInt(outbox.bytes, at + 4, xid);
		putInt(outbox.bytes, at + 8, this.#codec.operation(operation).code);
		putInt(outbox.bytes, at + 12, pathBytes);
		outbox.bytes.write(path, at + 16);
		const dataAt = at + 16 + pathBytes;
		if (data !== undefined) {
			putInt(outbox.bytes, dataAt, data.length);
			outbox.bytes.set(data, dataAt + 4);
		}
		outbox.bytes.set(tail, dataAt + dataBytes);
	}

	/** What follows the path; of a create it begins with the length of no data. */
	#tailOf(operation: string): Uint8Array {
		const known = this.#tails.get(operation);
		if (known !== undefined) return known;
		const tail = this.#codec.encodeRequest(operation, "", { defaults: true }).subarray(4);
		this.#tails.set(operation, tail);
		return tail;
	}

	/** Ends the session on its server. */
	async close(): Promise<void> {
		try {
			await this.each(1, (_, xid) => this.#askClose(xid), noJudgement);
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
		const at = this.outbox.reserve(4 + body.length);
		putInt(this.outbox.bytes, at, body.length);
		this.outbox.bytes.set(body, at + 4);
		this.#pipe.send(this.outbox);
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
			this.#task?.judge(index, { err, bytes, view, at: at + replyHeaderBytes, end });
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

	#askClose(xid: number): void {
		const at = this.outbox.reserve(12);
		putInt(this.outbox.bytes, at, 8);
		putInt(this.outbox.bytes, at + 4, xid);
		putInt(this.outbox.bytes, at + 8, this.#codec.operation("closeSession").code);
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
		while (this.#asked < task.count && this.#asked - this.#answered < window && this.outbox.length < turnBytes) {
			task.ask(this.#asked, this.#base + this.#asked);
			this.#asked++;
		}
		this.#timer?.refresh();
		this.#pipe.send(this.outbox);
		if (task.count > 0) return;
		this.#task = undefined;
		task.resolve();
	}
}
