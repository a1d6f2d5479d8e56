import { FrameSplitter } from "../../lib/frame-splitter.js";
import { Writer } from "../../lib/writer.js";
import { type LinkId, type SessionId, sessionId } from "../../model/ids.js";
import {
	decodeReply,
	describeEvent,
	encodeRequest,
	framed,
	type TestReply,
	type TestRequest,
} from "../../wire/testing/client-codec.js";
import type { ServerEvent } from "../contract.js";

/** What a client is connected to. */
export interface Steppable {
	step(event: ServerEvent): void;
}

export interface ConnectOptions {
	readonly session?: SessionId;
	readonly password?: Uint8Array;
	readonly timeoutMs?: number;
	readonly lastZxidSeen?: number;
	/** Whether a read-only server will do. */
	readonly readOnly?: boolean;
}

/** The other end of a link. */
export class TestClient {
	closed = false;
	paused = false;
	session: SessionId = sessionId(0n);
	password = new Uint8Array(16);
	timeoutMs = 0;
	/** Whether the server said that it is read-only. */
	readOnly = false;
	readonly #server: Steppable;
	readonly #link: LinkId;
	readonly #splitter = new FrameSplitter(1 << 24);
	#raw: number[] = [];
	#handshaken = false;
	#inbox: TestReply[] = [];
	#xid = 0;

	constructor(server: Steppable, link: LinkId) {
		this.#server = server;
		this.#link = link;
	}

	/** Everything received so far that is no frame, as text. */
	get text(): string {
		return String.fromCharCode(...this.#raw);
	}

	handshake({
		session = sessionId(0n),
		password = new Uint8Array(16),
		timeoutMs = 5000,
		lastZxidSeen = 0,
		readOnly = false,
	}: ConnectOptions): void {
		const body = new Writer()
			.int(0)
			.long(lastZxidSeen)
			.int(timeoutMs)
			.bigLong(session)
			.buffer(password)
			.boolean(readOnly);
		this.write(framed(body.copy()));
	}

	write(bytes: Uint8Array): void {
		if (!this.closed) this.#server.step({ type: "received", link: this.#link, bytes });
	}

	disconnect(): void {
		this.#server.step({ type: "closed", link: this.#link });
		this.closed = true;
	}

	/** Sends without waiting; the xid is the answer's. */
	send(request: TestRequest): number {
		this.#xid++;
		this.write(framed(encodeRequest(this.#xid, request)));
		return this.#xid;
	}

	/** The reply to one request; events before it stay in the inbox. */
	call(request: TestRequest): TestReply {
		const xid = this.send(request);
		const at = this.#inbox.findIndex((reply) => reply.xid === (request.type === "ping" ? -2 : xid));
		const [reply] = at === -1 ? [] : this.#inbox.splice(at, 1);
		if (reply === undefined) throw new Error(`no reply to ${request.type}`);
		return reply;
	}

	/** The error code alone. */
	code(request: TestRequest): number {
		return this.call(request).error;
	}

	take(): TestReply[] {
		return this.#inbox.splice(0);
	}

	/** Replies as their xids, events as what they say, in order. */
	takeStory(): string[] {
		return this.take().map((reply) => (reply.xid === -1 ? describeEvent(reply) : String(reply.xid)));
	}

	receive(bytes: Uint8Array): void {
		this.#raw.push(...bytes);
		this.#splitter.push(bytes);
		for (let frame = this.#splitter.next(); frame.type === "frame"; frame = this.#splitter.next())
			this.#frame(frame.body);
	}

	noteClosed(): void {
		this.closed = true;
	}

	#frame(body: Uint8Array): void {
		if (this.#handshaken) {
			this.#inbox.push(decodeReply(body.slice()));
			return;
		}
		this.#handshaken = true;
		const view = new DataView(body.buffer, body.byteOffset);
		this.timeoutMs = view.getInt32(4);
		this.session = sessionId(view.getBigInt64(8));
		this.password = body.slice(20, 36);
		this.readOnly = body[36] === 1;
	}
}

const openToAll = [{ perms: 31, id: { scheme: "world", id: "anyone" } }];

/** A create with what tests mostly want. */
export function create(
	path: string,
	facts: Partial<Extract<TestRequest, { flags: number }>> = {},
): TestRequest & { type: "create" } {
	return { data: new Uint8Array(), acl: openToAll, flags: 0, ttlMs: undefined, ...facts, type: "create", path };
}
