import { assert } from "../../lib/assert.js";
import { FrameSplitter } from "../../lib/frame-splitter.js";
import { Queue } from "../../lib/queue.js";
import { Reader } from "../../lib/reader.js";
import type { SessionId, Zxid } from "../../model/ids.js";
import { decodeWelcome, encodeHandshake, type Handshake } from "../../wire/handshake.js";
import { xids } from "../../wire/opcodes.js";
import { readReplyHeader } from "../../wire/replies.js";
import { type Call, encodeCall } from "./client-frames.js";
import type { LocalEnd, LocalLink } from "./local-links.js";

export type Outcome =
	/** The body follows when the error is 0. */
	| { readonly type: "replied"; readonly error: number; readonly body: Reader }
	/** Larger than the server takes; nothing was asked. */
	| { readonly type: "tooLarge" }
	/** The session is over. */
	| { readonly type: "refused" }
	/** The server ended the link; nobody knows what became of a call that was sent. */
	| { readonly type: "lost"; readonly wasSent: boolean };

export interface GatewaySessionParts {
	readonly handshake: Handshake;
	/** As jute.maxbuffer: of requests; replies may be larger. */
	readonly frameBytesMax: number;
	open(end: LocalEnd): LocalLink;
	/** Of a reply. */
	onZxid(at: Zxid): void;
	/** Nothing can be asked any more. */
	onEnded(session: GatewaySession): void;
}

interface Waiting {
	readonly xid: number;
	resolve(outcome: Outcome): void;
}

/** One ZooKeeper session on a link to the server in this process. Replies come in the order of the calls. */
export class GatewaySession {
	readonly #parts: GatewaySessionParts;
	readonly #link: LocalLink;
	readonly #splitter = new FrameSplitter(2 ** 31 - 1);
	readonly #waiting = new Queue<Waiting>();
	/** Calls of before the welcome: a server that has to ask for the session would drop them. */
	#unsent: Uint8Array[] | undefined = [];
	#ended: "refused" | "lost" | undefined;
	#xid = 0;
	#id: SessionId;
	#timeoutMs: number;
	#lastAskedMs = performance.now();

	constructor(parts: GatewaySessionParts) {
		this.#parts = parts;
		this.#id = parts.handshake.session;
		this.#timeoutMs = parts.handshake.timeoutMs;
		this.#link = parts.open({ onBytes: (bytes) => this.#received(bytes), onClosed: () => this.#end("lost") });
		this.#link.send(encodeHandshake(parts.handshake));
	}

	/** 0 until the server has begun a new one. */
	get id(): SessionId {
		return this.#id;
	}

	/** What was asked for before the first reply, what the server grants after it. */
	get timeoutMs(): number {
		return this.#timeoutMs;
	}

	/** Nothing was asked for so long that the server may be about to let the session expire. */
	get isStale(): boolean {
		return performance.now() - this.#lastAskedMs > this.#timeoutMs * staleAfter;
	}

	ask(call: Call): Promise<Outcome> {
		if (this.#ended !== undefined) return Promise.resolve(endOf(this.#ended, false));
		const xid = call.type === "ping" ? xids.ping : ++this.#xid;
		const frame = encodeCall(xid, call);
		if (frame.length - lengthBytes > this.#parts.frameBytesMax) return Promise.resolve({ type: "tooLarge" });
		this.#lastAskedMs = performance.now();
		if (this.#unsent === undefined) this.#link.send(frame);
		else this.#unsent.push(frame);
		return new Promise((resolve) => this.#waiting.push({ xid, resolve }));
	}

	#received(bytes: Uint8Array): void {
		this.#splitter.push(bytes);
		for (let next = this.#splitter.next(); next.type === "frame"; next = this.#splitter.next()) {
			if (this.#unsent === undefined) this.#replied(new Reader(next.body));
			else this.#welcomed(next.body, this.#unsent);
		}
	}

	#welcomed(frame: Uint8Array, unsent: readonly Uint8Array[]): void {
		const { timeoutMs, session } = decodeWelcome(frame);
		if (timeoutMs === 0) {
			this.#link.close();
			this.#end("refused");
			return;
		}
		this.#id = session;
		this.#timeoutMs = timeoutMs;
		this.#unsent = undefined;
		for (const each of unsent) this.#link.send(each);
	}

	#replied(body: Reader): void {
		const { xid, zxid, error } = readReplyHeader(body);
		const waiting = this.#waiting.shift();
		assert(waiting?.xid === xid, `a reply to ${xid} came where one to ${waiting?.xid} was due`);
		this.#parts.onZxid(zxid);
		waiting.resolve({ type: "replied", error, body });
	}

	#end(how: "refused" | "lost"): void {
		if (this.#ended !== undefined) return;
		this.#ended = how;
		const end = endOf(how, this.#unsent === undefined);
		for (let each = this.#waiting.shift(); each !== undefined; each = this.#waiting.shift()) each.resolve(end);
		this.#parts.onEnded(this);
	}
}

function endOf(how: "refused" | "lost", wasSent: boolean): Outcome {
	return how === "refused" ? { type: how } : { type: how, wasSent };
}

const lengthBytes = 4;
/** Of the session's timeout. */
const staleAfter = 0.6;
