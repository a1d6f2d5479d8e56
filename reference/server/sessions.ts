import { type SessionId, sessionId } from "../model/ids.js";
import type { Connection } from "./connection.js";
import { ExpiryBuckets } from "./expiry-buckets.js";

export interface Session {
	readonly id: SessionId;
	timeoutMs: number;
	/** The closeSession is on its way: no request of this session counts any more. */
	closing: boolean;
	/** Where its client is attached at present. */
	connection: Connection | null;
}

/** Sessions that live, and when each of them would expire. */
export class Sessions {
	readonly #sessions = new Map<SessionId, Session>();
	readonly #expiry: ExpiryBuckets<Session>;
	#nextId: bigint;

	constructor(tickMs: number, firstId: SessionId) {
		this.#expiry = new ExpiryBuckets(tickMs);
		this.#nextId = firstId;
	}

	get size(): number {
		return this.#sessions.size;
	}

	get nextExpiryMs(): number {
		return this.#expiry.nextMs;
	}

	get expiryBuckets(): ExpiryBuckets<Session>["buckets"] {
		return this.#expiry.buckets;
	}

	/** Undefined also for a session that is about to be closed. */
	maybeLive(id: SessionId): Session | undefined {
		const session = this.#sessions.get(id);
		return session?.closing === false ? session : undefined;
	}

	newId(): SessionId {
		while (this.#sessions.has(sessionId(this.#nextId))) this.#nextId++;
		const id = sessionId(BigInt.asIntN(64, this.#nextId));
		this.#nextId++;
		return id;
	}

	add(id: SessionId, timeoutMs: number, nowMs: number): Session {
		const session: Session = { id, timeoutMs, closing: false, connection: null };
		this.#sessions.set(id, session);
		this.touch(session, nowMs);
		return session;
	}

	touch(session: Session, nowMs: number): void {
		if (!session.closing) this.#expiry.touch(session, nowMs, session.timeoutMs);
	}

	/** From now on no request of the session counts; `remove` follows when the closeSession has been applied. */
	markClosing(session: Session): void {
		session.closing = true;
		this.#expiry.delete(session);
	}

	/** The session that was removed, if it was known. */
	remove(id: SessionId): Session | undefined {
		const session = this.#sessions.get(id);
		if (session === undefined) return undefined;
		this.markClosing(session);
		this.#sessions.delete(id);
		return session;
	}

	takeExpired(nowMs: number): Session[] {
		return this.#expiry.takeExpired(nowMs);
	}
}

/** The first of a server's session ids: its own id in the top byte, then the time, so that no restart repeats one. */
export function firstSessionId(serverId: number, wallMs: number): SessionId {
	const time = BigInt.asUintN(64, BigInt(wallMs) << 24n) >> 8n;
	return sessionId(BigInt.asIntN(64, time | (BigInt(serverId) << 56n)));
}
