import { DecodeError } from "../client/byte-reader.js";
import type { EventType, Operation, Result } from "../history/record.js";
import type { Link, Platform, Timer } from "./platform.js";
import type { Recorder } from "./recorder.js";
import type { Greeting, Welcome, WireCalls } from "./wire-calls.js";

/** What became of a call. */
export type Outcome =
	| { readonly type: "reply"; readonly zxid: number; readonly err: number; readonly result: Result }
	/** It may have happened or not. */
	| { readonly type: "lost" };

export type OnOutcome = (outcome: Outcome) => void;

interface Pending {
	readonly call: number;
	readonly operation: Operation;
	readonly done: OnOutcome;
}

export interface AttachmentListener {
	attached(welcome: Welcome): void;
	/** The server said that the session is gone. */
	expired(): void;
	/** Once, when all is over, also for one that never came about; every call has its outcome before. */
	closed(): void;
	replied(operation: Operation, zxid: number, err: number): void;
	/** Nothing is in flight any more. */
	quiet(): void;
	event(event: EventType, path: string): void;
	/** The server broke the protocol in a way that no history can show. */
	broken(text: string): void;
}

export interface AttachmentParts {
	readonly platform: Platform;
	readonly wire: WireCalls;
	readonly recorder: Recorder;
	readonly client: number;
	readonly server: number;
	readonly greeting: Greeting;
	readonly listener: AttachmentListener;
	/** A session counts its requests over all its connections. */
	nextXid(): number;
}

/** How long opening and greeting may take; shorter than a session's timeout would be for servers that hang. */
const greetMsMax = 2000;

/** One connection of a session: handshake, pings, calls by their numbers, and the record of it all. */
export class Attachment {
	readonly server: number;
	readonly #parts: AttachmentParts;
	readonly #link: Link;
	readonly #pending = new Map<number, Pending>();
	#phase: "opening" | "greeting" | "attached" | "closed" = "opening";
	#connection = 0;
	#timer: Timer | undefined;
	#timeoutMs: number;
	#heardUs: number;
	#saidUs: number;

	constructor(parts: AttachmentParts) {
		this.#parts = parts;
		this.server = parts.server;
		this.#timeoutMs = parts.greeting.timeoutMs;
		this.#heardUs = this.#saidUs = parts.platform.nowUs();
		this.#link = parts.platform.connect(parts.server, {
			opened: () => this.#greet(),
			message: (body) => this.#received(body),
			closed: () => this.#finish(),
		});
		this.#watchTime(Math.min(greetMsMax, this.#timeoutMs));
	}

	get isAttached(): boolean {
		return this.#phase === "attached";
	}

	get inFlight(): number {
		return this.#pending.size;
	}

	send(operation: Operation, done: OnOutcome): void {
		const { recorder, wire, nextXid } = this.#parts;
		const xid = operation.op === "setWatches" ? wire.xids.setWatches : nextXid();
		const bytes = wire.request(xid, operation);
		const call = recorder.call(this.#connection, operation);
		this.#pending.set(xid, { call, operation, done });
		this.#say(bytes);
	}

	close(): void {
		if (this.#phase === "closed") return;
		this.#link.close();
		this.#finish();
	}

	#greet(): void {
		if (this.#phase !== "opening") return;
		const { recorder, client, server, greeting, wire } = this.#parts;
		this.#phase = "greeting";
		this.#connection = recorder.connecting(client, server, greeting);
		this.#say(wire.greeting(greeting));
	}

	#say(bytes: Uint8Array): void {
		this.#saidUs = this.#parts.platform.nowUs();
		this.#link.send(bytes);
	}

	#received(body: Uint8Array): void {
		if (this.#phase === "closed") return;
		this.#heardUs = this.#parts.platform.nowUs();
		try {
			if (this.#phase === "greeting") this.#welcomed(this.#parts.wire.welcome(body));
			else this.#heard(body);
		} catch (error) {
			if (!(error instanceof DecodeError)) throw error;
			this.#parts.listener.broken(error.message);
			this.close();
		}
	}

	#welcomed(welcome: Welcome): void {
		const { recorder, listener, greeting } = this.#parts;
		if (welcome.timeoutMs <= 0) {
			recorder.expired(this.#connection);
			this.close();
			listener.expired();
			return;
		}
		this.#phase = "attached";
		this.#timeoutMs = welcome.timeoutMs;
		recorder.connected(this.#connection, welcome.session, welcome.timeoutMs, greeting.session === 0n);
		this.#timer?.cancel();
		this.#watchTime(this.#timeoutMs / 6);
		listener.attached(welcome);
	}

	#heard(bytes: Uint8Array): void {
		const { wire, recorder, listener } = this.#parts;
		const { xid, zxid, err, body } = wire.replyHead(bytes);
		if (xid === wire.xids.event) {
			const found = wire.maybeEvent(body);
			if (found === undefined) return;
			recorder.event(this.#connection, zxid, found.event, found.path);
			listener.event(found.event, found.path);
			return;
		}
		const pending = this.#pending.get(xid);
		if (pending !== undefined) this.#answer(xid, pending, zxid, err, body);
		else if (xid !== wire.xids.ping) {
			listener.broken(`a reply has xid ${xid} and err ${wire.errorName(err)}, which nobody awaits`);
			this.close();
		}
	}

	#answer(xid: number, pending: Pending, zxid: number, err: number, body: Uint8Array): void {
		const { wire, recorder, listener } = this.#parts;
		const result: Result = err === 0 ? wire.result(pending.operation, body) : { op: "none" };
		this.#pending.delete(xid);
		recorder.reply(pending.call, zxid, err, result);
		listener.replied(pending.operation, zxid, err);
		pending.done({ type: "reply", zxid, err, result });
		if (this.#pending.size === 0) listener.quiet();
	}

	#watchTime(ms: number): void {
		const dueUs = this.#parts.platform.nowUs() + ms * 1000;
		this.#timer = this.#parts.platform.after(ms, () => this.#timePassed(dueUs));
	}

	#timePassed(dueUs: number): void {
		const { platform, wire } = this.#parts;
		const nowUs = platform.nowUs();
		const timeoutUs = this.#timeoutMs * 1000;
		// When this process slept on, what came meanwhile is not read yet: the server gets a third of the timeout more.
		if (nowUs - dueUs > timeoutUs / 6) this.#heardUs = Math.max(this.#heardUs, nowUs - timeoutUs / 3);
		if (this.#phase !== "attached" || nowUs - this.#heardUs >= (timeoutUs * 2) / 3) {
			this.close();
			return;
		}
		if (nowUs - this.#saidUs >= timeoutUs / 4) this.#say(wire.ping());
		this.#watchTime(this.#timeoutMs / 6);
	}

	#finish(): void {
		if (this.#phase === "closed") return;
		this.#phase = "closed";
		this.#timer?.cancel();
		const { recorder, listener } = this.#parts;
		if (this.#connection !== 0) recorder.disconnected(this.#connection);
		const pending = [...this.#pending.values()];
		this.#pending.clear();
		for (const { call } of pending) recorder.lost(call);
		for (const { done } of pending) done({ type: "lost" });
		listener.closed();
	}
}
