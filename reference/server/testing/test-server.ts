import { createHash } from "node:crypto";
import { Writer } from "../../lib/writer.js";
import { type LinkId, linkId, type SessionId, sessionId, type Zxid } from "../../model/ids.js";
import type { LogEntry } from "../../model/txns.js";
import type { DataTree } from "../../tree/data-tree.js";
import { freshTree } from "../../tree/fresh-tree.js";
import { FrameSplitter } from "../../wire/frame-splitter.js";
import {
	decodeReply,
	describeEvent,
	encodeRequest,
	framed,
	type TestReply,
	type TestRequest,
} from "../../wire/testing/client-codec.js";
import { type Capabilities, defaultServerConfig, type ServerConfig } from "../config.js";
import type { ServerEffects, ServerState } from "../contract.js";
import { noQuorum } from "../no-quorum.js";
import { Server } from "../server.js";

const testConfig: ServerConfig = {
	...defaultServerConfig,
	tickMs: 500,
	sessionTimeoutMsMin: 1000,
	sessionTimeoutMsMax: 10_000,
	fourLetterWords: ["*"],
	enforceQuota: true,
	extendedTypesEnabled: true,
	containerCheckIntervalMs: 500,
	superDigest: `super:${sha1("super:secret")}`,
};

const capabilities: Capabilities = {
	digestHash: (bytes) => sha1(bytes),
	directoryBytes: () => ({ data: 10, log: 20 }),
	fileDescriptors: () => ({ open: 3, max: 100 }),
	environment: () => [["os.name", "none"]],
};

function sha1(input: string | Uint8Array): string {
	return createHash("sha1").update(input).digest("base64");
}

/** A server with its world in memory: a clock that is set, a disk that is flushed by hand or at once. */
export class TestServer {
	readonly server: Server;
	readonly state: ServerState;
	readonly log: LogEntry[] = [];
	readonly clock = { nowMs: 1000, wallMs: 1_700_000_000_000 };
	/** Whether every step is followed by a flush of what it appended. */
	flushesAtOnce = true;
	readonly #clients = new Map<LinkId, TestClient>();
	#flushed: Zxid;
	#nextLink = 1;

	constructor(config: Partial<ServerConfig> = {}, state?: ServerState) {
		this.state = state ?? { tree: freshTree(), sessions: new Map() };
		this.#flushed = this.state.tree.lastZxid;
		const effects: ServerEffects = {
			...noQuorum,
			propose: (entry) => this.log.push(entry),
			send: (link, bytes) => this.#clients.get(link)?.receive(bytes.slice()),
			close: (link) => this.#clients.get(link)?.noteClosed(),
			pause: (link) => this.#setPaused(link, true),
			resume: (link) => this.#setPaused(link, false),
		};
		this.server = new Server({ type: "standalone" }, { ...testConfig, ...config }, this.state, effects, capabilities, {
			...this.clock,
		});
	}

	get tree(): DataTree {
		return this.state.tree;
	}

	step(event: Parameters<Server["step"]>[0]): void {
		this.server.step(event, { ...this.clock });
		if (this.flushesAtOnce) this.flush();
	}

	flush(): void {
		for (let last = this.log.at(-1); last !== undefined && last.header.zxid > this.#flushed; last = this.log.at(-1)) {
			this.#flushed = last.header.zxid;
			this.server.step({ type: "committed", upTo: last.header.zxid }, { ...this.clock });
		}
	}

	/** Lets time pass, stopping at every deadline on the way. */
	pass(ms: number): void {
		const untilMs = this.clock.nowMs + ms;
		while (this.server.deadlineMs <= untilMs) this.#setClock(Math.max(this.server.deadlineMs, this.clock.nowMs));
		this.#setClock(untilMs);
	}

	open(address = "127.0.0.1"): TestClient {
		const link = linkId(this.#nextLink++);
		const client = new TestClient(this, link);
		this.#clients.set(link, client);
		this.step({ type: "opened", link, address, port: 4000 + link });
		return client;
	}

	/** A client with a session. */
	connect(options: ConnectOptions = {}): TestClient {
		const client = this.open();
		client.handshake(options);
		return client;
	}

	#setClock(nowMs: number): void {
		this.clock.wallMs += nowMs - this.clock.nowMs;
		this.clock.nowMs = nowMs;
		this.step({ type: "time" });
	}

	#setPaused(link: LinkId, paused: boolean): void {
		const client = this.#clients.get(link);
		if (client !== undefined) client.paused = paused;
	}
}

export interface ConnectOptions {
	readonly session?: SessionId;
	readonly password?: Uint8Array;
	readonly timeoutMs?: number;
	readonly lastZxidSeen?: number;
}

/** The other end of a link. */
export class TestClient {
	closed = false;
	paused = false;
	session: SessionId = sessionId(0n);
	password = new Uint8Array(16);
	timeoutMs = 0;
	readonly #server: TestServer;
	readonly #link: LinkId;
	readonly #splitter = new FrameSplitter(1 << 24);
	#raw: number[] = [];
	#handshaken = false;
	#inbox: TestReply[] = [];
	#xid = 0;

	constructor(server: TestServer, link: LinkId) {
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
	}: ConnectOptions): void {
		const body = new Writer().int(0).long(lastZxidSeen).int(timeoutMs).bigLong(session).buffer(password).boolean(false);
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
