import { type ErrorCode, errors } from "../model/errors.js";
import { type LinkId, type SessionId, sessionId } from "../model/ids.js";
import type { TouchedSession } from "../zab/contract.js";
import type { Connection } from "./connection.js";
import { ExpiryBuckets } from "./expiry-buckets.js";

/** Who passes on a session's requests: this server itself, a learner (known by its link), or nobody yet. */
export type Owner = LinkId | "self" | null;

export interface Session {
	readonly id: SessionId;
	timeoutMs: number;
	/** Nobody but this server knows it: it is in no log, owns no ephemeral, and expires here. */
	local: boolean;
	/** The closeSession is on its way: no request of this session counts any more. */
	closing: boolean;
	/** Where its client is attached at present. */
	connection: Connection | null;
	/** Leader: only the owner's requests count; a session that moved belongs to the server that it came to last. */
	owner: Owner;
}

/**
 * Sessions that live. Where changes are ordered these are all, and each expires in its time. Elsewhere only those are here
 * whose clients are attached; they do not expire: the leader is told which of them were heard of. Local ones expire
 * everywhere.
 */
export class Sessions {
	readonly #sessions = new Map<SessionId, Session>();
	readonly #expiry: ExpiryBuckets<Session>;
	readonly #expires: boolean;
	readonly #touched = new Map<SessionId, TouchedSession>();
	#nextId: bigint;

	constructor(tickMs: number, firstId: SessionId, expires: boolean) {
		this.#expiry = new ExpiryBuckets(tickMs);
		this.#expires = expires;
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

	get localCount(): number {
		let count = 0;
		for (const { local } of this.#sessions.values()) if (local) count++;
		return count;
	}

	/** Undefined also for a session that is about to be closed. */
	maybeLive(id: SessionId): Session | undefined {
		const session = this.#sessions.get(id);
		return session?.closing === false ? session : undefined;
	}

	/** Whether a request counts that comes through `owner`; a session that nobody owns becomes that owner's. */
	errorFor(id: SessionId, owner: Owner): ErrorCode {
		const session = this.maybeLive(id);
		if (session === undefined) return errors.sessionExpired;
		session.owner ??= owner;
		return session.owner === owner ? errors.ok : errors.sessionMoved;
	}

	has(id: SessionId): boolean {
		return this.#sessions.has(id);
	}

	/** Not one of `logged` either: a clock that went back since the last start would give its ids again. */
	newId(logged: ReadonlyMap<SessionId, unknown>): SessionId {
		while (this.#isTaken(sessionId(BigInt.asIntN(64, this.#nextId)), logged)) this.#nextId++;
		const id = sessionId(BigInt.asIntN(64, this.#nextId));
		this.#nextId++;
		return id;
	}

	#isTaken(id: SessionId, logged: ReadonlyMap<SessionId, unknown>): boolean {
		return this.#sessions.has(id) || logged.has(id);
	}

	add(id: SessionId, timeoutMs: number, nowMs: number, local = false): Session {
		const session: Session = { id, timeoutMs, local, closing: false, connection: null, owner: null };
		this.#sessions.set(id, session);
		this.touch(session, nowMs);
		return session;
	}

	touch(session: Session, nowMs: number, timeoutMs = session.timeoutMs): void {
		if (session.closing) return;
		if (this.#expires || session.local) this.#expiry.touch(session, nowMs, timeoutMs);
		else this.#touched.set(session.id, { session: session.id, timeoutMs });
	}

	/** Those touched since this was last asked; none where they expire. */
	takeTouched(): readonly TouchedSession[] {
		const touched = [...this.#touched.values()];
		this.#touched.clear();
		return touched;
	}

	/** A local session is everybody's from now on. */
	makeGlobal(session: Session, nowMs: number): void {
		this.#expiry.delete(session);
		session.local = false;
		this.touch(session, nowMs);
	}

	/** From now on no request of the session counts; `remove` follows when the closeSession has been applied. */
	markClosing(session: Session): void {
		session.closing = true;
		this.#expiry.delete(session);
	}

	maybeMarkClosing(id: SessionId): void {
		const session = this.#sessions.get(id);
		if (session !== undefined) this.markClosing(session);
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

/** The server that gave a session its id. */
export function serverIdOf(id: SessionId): number {
	return Number(BigInt.asUintN(64, id) >> 56n);
}

/** The first of a server's session ids: its own id in the top byte, then the time, so that no restart repeats one. */
export function firstSessionId(serverId: number, wallMs: number): SessionId {
	const time = BigInt.asUintN(64, BigInt(wallMs) << 24n) >> 8n;
	return sessionId(BigInt.asIntN(64, time | (BigInt(serverId) << 56n)));
}
