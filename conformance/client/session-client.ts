import { performance } from "node:perf_hooks";
import { DecodeError } from "./byte-reader.js";
import type { Codec } from "./codec.js";
import { type Address, ConnectError, Connection, type FrameTrace } from "./connection.js";
import { seededRandom, shuffled } from "./random.js";
import { type Reply, SessionCalls } from "./session-calls.js";
import { SessionError } from "./session-error.js";
import { SessionWatches } from "./session-watches.js";
import type { Fields, Value } from "./value.js";

export type SessionState = "CONNECTING" | "CONNECTED" | "CLOSED" | "EXPIRED" | "AUTH_FAILED";

export interface SessionOptions {
	readonly servers: readonly Address[];
	/** What is asked for; `SessionClient.timeoutMs` is what the server gave. */
	readonly timeoutMs: number;
	/** Decides the order in which the servers are tried. */
	readonly seed: number;
	/** The wait before a server is tried again; 1000 when left out. */
	readonly roundDelayMs?: number;
	readonly onEvent?: (event: Fields, zxid: bigint) => void;
	readonly onState?: (state: SessionState) => void;
	/** Told when a server breaks the protocol, such as by a reply out of order; the connection is given up. */
	readonly onFault?: (text: string) => void;
	/** The recorder of each new connection. */
	readonly trace?: () => FrameTrace;
}

/** What the handshake's reply says. */
interface Attached {
	readonly timeOut: number;
	readonly sessionId: bigint;
	readonly passwd: Uint8Array | null;
}

interface Auth {
	readonly scheme: string;
	readonly auth: Value;
}

/**
 * A session as real clients keep it: it pings after a third of the timeout without a request, gives a connection up after
 * two thirds without an answer, goes on to the next server with its id, password and last zxid, and then repeats its
 * identities and watches. Calls that wait for a reply when a connection is lost are rejected, never sent again.
 */
export class SessionClient {
	readonly #codec: Codec;
	readonly #options: SessionOptions;
	readonly #servers: readonly Address[];
	readonly #watches: SessionWatches;
	readonly #calls: SessionCalls;
	readonly #auths: Auth[] = [];
	readonly #finished: Promise<void>;
	#state: SessionState = "CONNECTING";
	#connection: Connection | undefined;
	#sessionId = 0n;
	#password: Value;
	#timeoutMs: number;
	#lastZxid = 0n;
	#sentAtMs = 0;
	#wake: () => void = () => {};

	constructor(codec: Codec, options: SessionOptions) {
		if (options.servers.length === 0) throw new Error("a session needs at least one server");
		this.#codec = codec;
		this.#options = options;
		this.#servers = shuffled(options.servers, seededRandom(options.seed));
		this.#watches = new SessionWatches(codec);
		this.#calls = new SessionCalls(codec);
		this.#password = codec.wire.records.get(codec.wire.handshake.request)?.defaults.passwd ?? null;
		this.#timeoutMs = options.timeoutMs;
		this.#finished = this.#run();
	}

	get state(): SessionState {
		return this.#state;
	}

	get sessionId(): bigint {
		return this.#sessionId;
	}

	/** The negotiated timeout once connected. */
	get timeoutMs(): number {
		return this.#timeoutMs;
	}

	/** The newest zxid of any reply; events and pings do not count. */
	get lastZxid(): bigint {
		return this.#lastZxid;
	}

	/**
	 * Sends a request, at once or as soon as there is a connection, and gives its reply whatever the result code.
	 * @throws SessionError when no reply can come any more
	 */
	call(operation: string, fields?: Value): Promise<Reply> {
		if (this.#isOver()) return Promise.reject(new SessionError(this.#codec, overReason(this.#state)));
		const { promise, bytes } = this.#calls.add(operation, fields);
		if (this.#state === "CONNECTED") this.#send(bytes);
		return promise;
	}

	/** Adds an identity to this and all later connections; a refusal ends the session as AUTH_FAILED. */
	addAuth(scheme: string, auth: Value): void {
		this.#auths.push({ scheme, auth });
		if (this.#state === "CONNECTED") this.#send(this.#calls.special("auth", { scheme, auth }));
	}

	/** Drops the connection as a failing network does; the session goes on elsewhere. */
	disconnect(): void {
		this.#connection?.destroy();
	}

	/** Ends the session on the server when there is a connection, else only here. */
	async close(): Promise<void> {
		if (this.#state === "CONNECTED") {
			try {
				await this.call("closeSession");
			} catch (error) {
				if (!(error instanceof SessionError)) throw error;
			}
		}
		this.#end("CLOSED");
		await this.#finished;
	}

	async #run(): Promise<void> {
		const count = this.#servers.length;
		let tried = 0;
		for (let turn = 0; !this.#isOver(); turn++) {
			const attached = await this.#serveBy(this.#servers[turn % count] as Address);
			tried = attached ? 1 : tried + 1;
			if (tried % count === 0 && !this.#isOver()) await this.#pause(this.#options.roundDelayMs ?? 1000);
		}
	}

	/** One connection from its start to its end; says whether the server took the session. */
	async #serveBy(address: Address): Promise<boolean> {
		const connectTimeoutMs = Math.max(1, Math.floor(this.#timeoutMs / this.#servers.length));
		let connection: Connection;
		try {
			const trace = this.#options.trace?.();
			connection = await Connection.open(address, { connectTimeoutMs, ...(trace === undefined ? {} : { trace }) });
		} catch (error) {
			if (!(error instanceof ConnectError)) throw error;
			this.#calls.reject("CONNECTIONLOSS");
			return false;
		}
		this.#connection = connection;
		const attached = !this.#isOver() && (await this.#attach(connection, connectTimeoutMs));
		if (attached) await this.#read(connection);
		connection.destroy();
		this.#connection = undefined;
		this.#calls.reject("CONNECTIONLOSS");
		if (!this.#isOver()) this.#become("CONNECTING");
		return attached;
	}

	async #attach(connection: Connection, timeoutMs: number): Promise<boolean> {
		const { request } = this.#codec.wire.handshake;
		const fields = {
			lastZxidSeen: this.#lastZxid,
			timeOut: this.#options.timeoutMs,
			sessionId: this.#sessionId,
			passwd: this.#password,
		};
		this.#send(this.#codec.encodeRecord(request, fields));
		const next = await connection.nextFrame(timeoutMs);
		if (next.type !== "frame" || this.#isOver()) return false;
		const attached = this.#maybeAttached(next.bytes);
		return attached !== undefined && this.#accept(attached);
	}

	#maybeAttached(bytes: Uint8Array): Attached | undefined {
		try {
			return this.#codec.decodeRecord(this.#codec.wire.handshake.reply, bytes).value as unknown as Attached;
		} catch (error) {
			if (!(error instanceof DecodeError)) throw error;
			this.#options.onFault?.(error.message);
			return undefined;
		}
	}

	#accept(attached: Attached): boolean {
		if (attached.timeOut <= 0) {
			this.#end("EXPIRED");
			return false;
		}
		this.#sessionId = attached.sessionId;
		this.#password = attached.passwd;
		this.#timeoutMs = attached.timeOut;
		this.#become("CONNECTED");
		this.#prime();
		return true;
	}

	/** Identities first, so that watches are registered with them; then whatever was asked meanwhile. */
	#prime(): void {
		for (const auth of this.#auths) this.#send(this.#calls.special("auth", { ...auth }));
		for (const { operation, fields } of this.#watches.requests(this.#lastZxid)) {
			this.#send(this.#calls.special(operation, fields));
		}
		for (const bytes of this.#calls.unsent()) this.#send(bytes);
	}

	async #read(connection: Connection): Promise<void> {
		let heardAtMs = performance.now();
		for (;;) {
			const pingAtMs = this.#sentAtMs + this.#timeoutMs / 3;
			const giveUpAtMs = heardAtMs + (this.#timeoutMs * 2) / 3;
			const dueAtMs = Math.min(pingAtMs, giveUpAtMs);
			const waitMs = Math.max(0, dueAtMs - performance.now());
			const next = connection.tryFrame() ?? (await connection.nextFrame(waitMs));
			if (next.type === "closed") return;
			if (next.type === "frame") {
				heardAtMs = next.atMs;
				if (!this.#receive(next.bytes)) return;
				continue;
			}
			const nowMs = performance.now();
			// When this process slept on, what came meanwhile is not read yet: the server gets a third of the timeout more.
			if (nowMs - dueAtMs > this.#timeoutMs / 6) heardAtMs = Math.max(heardAtMs, nowMs - this.#timeoutMs / 3);
			else if (nowMs >= giveUpAtMs) return;
			if (nowMs >= pingAtMs) this.#send(this.#calls.special("ping", null));
		}
	}

	/** Says whether the connection can be used further. */
	#receive(bytes: Uint8Array): boolean {
		const received = this.#calls.receive(bytes);
		switch (received.kind) {
			case "event":
				this.#watches.fired(received.event);
				this.#options.onEvent?.(received.event, received.zxid);
				return true;
			case "answer":
				if (received.reply.zxid > 0n) this.#lastZxid = received.reply.zxid;
				this.#watches.answered(received.operation, received.fields, received.reply.err);
				return true;
			case "authFailed":
				this.#end("AUTH_FAILED");
				return false;
			case "special":
				return true;
			case "fault":
				this.#options.onFault?.(received.text);
				return false;
		}
	}

	#send(bytes: Uint8Array): void {
		this.#sentAtMs = performance.now();
		this.#connection?.writeFrame(bytes);
	}

	#isOver(): boolean {
		return this.#state !== "CONNECTING" && this.#state !== "CONNECTED";
	}

	#become(state: SessionState): void {
		if (state === this.#state) return;
		this.#state = state;
		this.#options.onState?.(state);
	}

	#end(state: "CLOSED" | "EXPIRED" | "AUTH_FAILED"): void {
		if (this.#isOver()) return;
		this.#become(state);
		this.#calls.reject(overReason(state));
		this.#connection?.destroy();
		this.#wake();
	}

	#pause(ms: number): Promise<void> {
		return new Promise((resolve) => {
			const timer = setTimeout(resolve, ms);
			this.#wake = () => {
				clearTimeout(timer);
				resolve();
			};
		});
	}
}

function overReason(state: SessionState): "SESSIONEXPIRED" | "AUTHFAILED" | "CONNECTIONLOSS" {
	if (state === "AUTH_FAILED") return "AUTHFAILED";
	return state === "CONNECTING" ? "CONNECTIONLOSS" : "SESSIONEXPIRED";
}
