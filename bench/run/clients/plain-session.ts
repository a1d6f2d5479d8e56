import type { Codec } from "../../../conformance/client/codec.js";
import type { Address } from "../../../conformance/client/connection.js";
import type { Fields, Value } from "../../../conformance/client/value.js";
import type { Breaches } from "../../load/breaches.js";
import { Outbox } from "../../load/outbox.js";
import { Pipe, type PipeEnd } from "../../load/pipe.js";
import { replyHeaderBytes } from "../../load/reply-layout.js";

/** A session was refused, or its connection is over. */
export class SessionLostError extends Error {
	override readonly name = "SessionLostError";
}

export interface PlainReply {
	readonly err: number;
	/** Empty when err is not 0. */
	readonly value: Fields;
}

export interface PlainOptions {
	readonly codec: Codec;
	readonly timeoutMs: number;
	/** Replies out of order and zxids that fall go here. */
	readonly breaches: Breaches;
	readonly onEvent?: (type: number, path: string) => void;
}

interface Waiting {
	readonly xid: number;
	readonly operation: string;
	answered(reply: PlainReply): void;
	lost(error: SessionLostError): void;
}

const eventXid = -1;
const pingXid = -2;
/** Thousands of sessions have few requests each. */
const outboxBytes = 512;

/** One session on one connection, for what a load of a mix can not say: steps that depend on answers, or thousands of it. */
export class PlainSession implements PipeEnd {
	readonly #options: PlainOptions;
	readonly #out = new Outbox(outboxBytes);
	readonly #pipe: Pipe;
	/** In the order of their requests. */
	#waiting: Waiting[] = [];
	#attach: { resolve(session: PlainSession): void; reject(error: SessionLostError): void } | undefined;
	#xid = 0;
	#zxid = 0n;
	#isFlushing = false;
	#lost: SessionLostError | undefined;

	/** @throws SessionLostError when the server is not there or does not take it */
	static open(address: Address, options: PlainOptions): Promise<PlainSession> {
		return new Promise((resolve, reject) => {
			new PlainSession(address, options).#attach = { resolve, reject };
		});
	}

	private constructor(address: Address, options: PlainOptions) {
		this.#options = options;
		this.#pipe = new Pipe(address, this);
	}

	/** Undefined as long as it can be used. */
	get lost(): SessionLostError | undefined {
		return this.#lost;
	}

	/** @throws SessionLostError when the connection ends before the reply */
	call(operation: string, fields: Value): Promise<PlainReply> {
		return new Promise((answered, lost) => this.#ask(operation, fields, answered, lost));
	}

	/** Shows that the session lives; nobody waits for the answer. */
	ping(): void {
		this.#frame(this.#header(pingXid, "ping"), new Uint8Array());
		this.#flush();
	}

	async close(): Promise<void> {
		try {
			if (this.#lost === undefined) await this.call("closeSession", {});
		} catch (error) {
			if (!(error instanceof SessionLostError)) throw error;
		}
		this.closed("it was ended here");
	}

	opened(): void {
		const { codec, timeoutMs } = this.#options;
		const fields = { lastZxidSeen: 0n, timeOut: timeoutMs, sessionId: 0n, passwd: new Uint8Array(16) };
		this.#frame(codec.encodeRecord(codec.wire.handshake.request, fields), new Uint8Array());
		this.#pipe.send(this.#out);
	}

	turnBegins(): void {
		this.#isFlushing = true;
	}

	turnEnds(): void {
		this.#isFlushing = false;
		this.#pipe.send(this.#out);
	}

	received(bytes: Buffer, view: DataView, at: number, end: number): void {
		const xid = view.getInt32(at);
		const body = bytes.subarray(at + replyHeaderBytes, end);
		if (this.#attach !== undefined) this.#attached(view.getInt32(at + 4));
		else if (xid === eventXid) this.#event(body);
		else if (xid !== pingXid) {
			this.#watchZxid(view.getBigInt64(at + 4));
			this.#reply(xid, view.getInt32(at + 12), body);
		}
	}

	closed(why: string): void {
		if (this.#lost !== undefined) return;
		const error = new SessionLostError(why);
		this.#lost = error;
		this.#pipe.destroy();
		this.#attach?.reject(error);
		for (const waiting of this.#waiting.splice(0)) waiting.lost(error);
	}

	#attached(timeoutMs: number): void {
		if (timeoutMs <= 0) {
			this.closed("the server refused a session");
			return;
		}
		this.#attach?.resolve(this);
		this.#attach = undefined;
	}

	#event(body: Uint8Array): void {
		const { type, path } = this.#options.codec.decodeRecord("WatcherEvent", body).value;
		this.#options.onEvent?.(Number(type), String(path));
	}

	#watchZxid(zxid: bigint): void {
		if (zxid <= 0n) return;
		if (zxid < this.#zxid)
			this.#options.breaches.add("zxid", () => `a reply had zxid ${zxid}, one before it on its session ${this.#zxid}`);
		this.#zxid = zxid;
	}

	#reply(xid: number, err: number, body: Uint8Array): void {
		const [waiting] = this.#waiting;
		if (waiting === undefined || waiting.xid !== xid) {
			const due = waiting === undefined ? "none" : `that to request ${waiting.xid} (${waiting.operation})`;
			this.#options.breaches.add("order", () => `the reply to request ${xid} came when ${due} was due`);
			this.closed("replies out of order");
			return;
		}
		this.#waiting.shift();
		const value = err === 0 ? this.#options.codec.decodeReply(waiting.operation, body).value : {};
		waiting.answered({ err, value });
	}

	#ask(operation: string, fields: Value, answered: Waiting["answered"], lost: Waiting["lost"]): void {
		if (this.#lost !== undefined) {
			lost(this.#lost);
			return;
		}
		const xid = ++this.#xid;
		this.#waiting.push({ xid, operation, answered, lost });
		const body = this.#options.codec.encodeRequest(operation, fields, { defaults: true });
		this.#frame(this.#header(xid, operation), body);
		this.#flush();
	}

	#header(xid: number, operation: string): Uint8Array {
		const { codec } = this.#options;
		return codec.encodeRecord(codec.wire.headers.request, { xid, type: codec.operation(operation).code });
	}

	#frame(header: Uint8Array, body: Uint8Array): void {
		const length = header.length + body.length;
		const at = this.#out.reserve(4 + length);
		this.#out.bytes.writeInt32BE(length, at);
		this.#out.bytes.set(header, at + 4);
		this.#out.bytes.set(body, at + 4 + header.length);
	}

	/** What is asked in one turn of the loop leaves in one write. */
	#flush(): void {
		if (this.#isFlushing) return;
		this.#isFlushing = true;
		queueMicrotask(() => {
			this.#isFlushing = false;
			this.#pipe.send(this.#out);
		});
	}
}
