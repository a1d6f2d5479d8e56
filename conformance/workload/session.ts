import type { EventType, Operation } from "../history/record.js";
import { Attachment, type AttachmentListener, type OnOutcome } from "./attachment.js";
import type { Platform, Timer } from "./platform.js";
import type { Recorder } from "./recorder.js";
import { WatchBook } from "./watch-book.js";
import type { Welcome, WireCalls } from "./wire-calls.js";

export interface SessionListener {
	/** Calls are taken from now on. */
	connected(): void;
	/** Nothing is in flight any more on the connection. */
	quiet(): void;
	event(event: EventType, path: string): void;
	/** The session ended against its client's will, or was left; another one is asked for. */
	renewed(): void;
	broken(text: string): void;
}

export interface SessionParts {
	readonly platform: Platform;
	readonly wire: WireCalls;
	readonly recorder: Recorder;
	/** Number of the client in the history. */
	readonly client: number;
	/** Indexes, in the order in which they are tried. */
	readonly servers: readonly number[];
	readonly timeoutMs: number;
	readonly listener: SessionListener;
}

const xidMax = 2 ** 31 - 1;
/** Before another server is tried after one did not take the session. */
const retryMs = 60;
/** How long a connection that was taken over stays, to see what becomes of a write on it. */
const staleMs = 1000;
const noPassword = new Uint8Array(16);

/** One session after the other of one client, each over one connection after the other. */
export class Session {
	readonly #parts: SessionParts;
	#turn = 0;
	#xid = 0;
	#id = 0n;
	#password: Uint8Array = noPassword;
	#lastZxid = 0;
	#timeoutMs: number;
	#watches = new WatchBook();
	#attachment: Attachment | undefined;
	readonly #stale = new Set<Attachment>();
	#timer: Timer | undefined;
	#isOver = false;

	constructor(parts: SessionParts) {
		this.#parts = parts;
		this.#timeoutMs = parts.timeoutMs;
	}

	get isConnected(): boolean {
		return this.#attachment?.isAttached === true;
	}

	get isOver(): boolean {
		return this.#isOver;
	}

	get inFlight(): number {
		return this.#attachment?.inFlight ?? 0;
	}

	/** The index of the server that it is, or will be, attached to. */
	get server(): number {
		return this.#parts.servers[this.#turn % this.#parts.servers.length] ?? 0;
	}

	connect(): void {
		if (this.#isOver || this.#attachment !== undefined) return;
		this.#timer?.cancel();
		this.#attachment = this.#attach(() => this.#attachment);
	}

	/** Only while it is connected. */
	call(operation: Operation, done: OnOutcome): void {
		if (this.#attachment?.isAttached !== true) throw new Error("a call without a connection");
		this.#attachment.send(operation, done);
	}

	/** Goes on with the next server. */
	move(): void {
		this.#attachment?.close();
		this.connect();
	}

	/** Cuts the connection; the session goes on with the next server in a while. */
	drop(): void {
		this.#attachment?.close();
	}

	/** Leaves the session to the servers, and asks for another one. */
	abandon(): void {
		this.#attachment?.close();
		this.#renew();
		this.connect();
	}

	/** Stays away for longer than the servers wait, then asks for the session again. */
	outstay(): void {
		this.#attachment?.close();
		this.#connectAfter(this.#timeoutMs * 2);
	}

	/** Attaches the session to the next server while it is attached here; then `operation` is asked of the old connection. */
	takeOver(operation: Operation): void {
		const old = this.#attachment;
		if (old?.isAttached !== true) return;
		this.#stale.add(old);
		this.#turn++;
		const writeOnce = (): void => {
			if (old.isAttached) old.send(operation, () => old.close());
		};
		const taken = this.#attach(() => this.#attachment, writeOnce);
		this.#attachment = taken;
		this.#parts.platform.after(staleMs, () => {
			this.#stale.delete(old);
			old.close();
		});
	}

	/** Ends the session on the server and asks for another one. */
	renew(): void {
		if (this.isConnected) this.#closeThen(() => this.abandon());
		else this.abandon();
	}

	/** Ends it on the server when there is a connection, else only here. */
	close(done: () => void): void {
		const end = (): void => {
			this.#isOver = true;
			this.#timer?.cancel();
			for (const stale of this.#stale) stale.close();
			this.#attachment?.close();
			done();
		};
		if (this.isConnected) this.#closeThen(end);
		else end();
	}

	#closeThen(then: () => void): void {
		this.call({ op: "closeSession" }, then);
	}

	#attach(current: () => Attachment | undefined, onAttached?: () => void): Attachment {
		const { platform, wire, recorder, client, timeoutMs } = this.#parts;
		const greeting = { session: this.#id, password: this.#password, lastZxid: this.#lastZxid, timeoutMs };
		const attachment: Attachment = new Attachment({
			platform,
			wire,
			recorder,
			client,
			server: this.server,
			greeting,
			nextXid: () => this.#nextXid(),
			listener: this.#listener(() => current() === attachment, onAttached),
		});
		return attachment;
	}

	#listener(isCurrent: () => boolean, onAttached: (() => void) | undefined): AttachmentListener {
		const { listener } = this.#parts;
		return {
			attached: (welcome) => {
				onAttached?.();
				this.#attached(welcome);
			},
			expired: () => {
				if (!this.#isOver) this.#renew();
			},
			closed: () => {
				if (isCurrent()) this.#detached();
			},
			replied: (operation, zxid, err) => {
				if (isCurrent()) this.#replied(operation, zxid, err);
			},
			quiet: () => {
				if (isCurrent()) listener.quiet();
			},
			event: (event, path) => {
				this.#watches.fired(event, path);
				if (isCurrent()) listener.event(event, path);
			},
			broken: (text) => listener.broken(text),
		};
	}

	#attached({ session, password, timeoutMs }: Welcome): void {
		this.#id = session;
		this.#password = password;
		this.#timeoutMs = timeoutMs;
		const watches = this.#watches.maybeLists();
		if (watches !== undefined) {
			this.call({ op: "setWatches", relativeZxid: this.#lastZxid, watches }, () => undefined);
		}
		this.#parts.listener.connected();
	}

	#detached(): void {
		this.#attachment = undefined;
		this.#turn++;
		this.#connectAfter(retryMs);
	}

	#connectAfter(ms: number): void {
		this.#timer?.cancel();
		if (!this.#isOver) this.#timer = this.#parts.platform.after(ms, () => this.connect());
	}

	#replied(operation: Operation, zxid: number, err: number): void {
		if (zxid > 0) this.#lastZxid = zxid;
		this.#watches.answered(operation, err);
	}

	#renew(): void {
		this.#id = 0n;
		this.#password = noPassword;
		this.#lastZxid = 0;
		this.#watches = new WatchBook();
		this.#parts.listener.renewed();
	}

	#nextXid(): number {
		this.#xid = this.#xid === xidMax ? 1 : this.#xid + 1;
		return this.#xid;
	}
}
