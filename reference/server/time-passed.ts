import { type SessionId, sessionId } from "../model/ids.js";
import type { Txn } from "../model/txns.js";
import { endConnection, endLocalSession, type Parts } from "./parts.js";
import { maybePrepareDeleteContainer, prepareCloseSession } from "./prepare.js";
import type { Session } from "./sessions.js";

/** When something is due though nothing happens, on the monotonic clock. */
export function deadlineMsOf({ sessions, sessionless, cleaner }: Parts): number {
	return Math.min(sessions.nextExpiryMs, sessionless.nextMs, cleaner?.deadlineMs ?? Number.POSITIVE_INFINITY);
}

/** Ends sessions and connections whose time is up, and lets the cleaner remove nodes. */
export function timePassed(parts: Parts): void {
	const { nowMs } = parts.clock;
	if (nowMs < deadlineMsOf(parts)) return;
	for (const session of parts.sessions.takeExpired(nowMs)) expire(parts, session);
	for (const connection of parts.sessionless.takeExpired(nowMs)) {
		parts.figures.sessionlessExpired++;
		endConnection(parts, connection);
	}
	for (const path of parts.cleaner?.takeDue(parts.clock) ?? []) removeContainer(parts, path);
}

/** Takes up the sessions of before the restart, and ends those that only their ephemerals still tell of. */
export function resumeSessions(parts: Parts): void {
	const { tree, loggedSessions, sessions, clock } = parts;
	// They get their full timeout once more: their clients need time to come back.
	for (const [id, timeoutMs] of loggedSessions) sessions.add(id, timeoutMs, clock.nowMs);
	for (const owner of [...tree.index.sessions]) {
		if (!loggedSessions.has(sessionId(owner))) proposeClose(parts, sessionId(owner));
	}
}

function expire(parts: Parts, session: Session): void {
	if (mayBeAlive(parts, session)) {
		parts.sessions.touch(session, parts.clock.nowMs, 0);
		return;
	}
	parts.figures.staleSessionsExpired++;
	if (session.local) {
		endLocalSession(parts, session);
		return;
	}
	parts.sessions.markClosing(session);
	proposeClose(parts, session.id);
}

/**
 * Silence says nothing while the client does not know its session yet, nor while the server that it is attached to is late
 * with its reports: it may have heard of the client long since. How long a learner may be late is the quorum's to say.
 */
function mayBeAlive({ loggedSessions, heardMs, config, clock }: Parts, { id, local, owner }: Session): boolean {
	if (local) return false;
	if (!loggedSessions.has(id)) return true;
	const reportMs = typeof owner === "number" ? heardMs.get(owner) : undefined;
	return reportMs !== undefined && clock.nowMs - reportMs > config.tickMs;
}

function proposeClose(parts: Parts, id: SessionId): void {
	propose(parts, id, prepareCloseSession(parts.ledger, id, parts.writes.nextZxid));
}

function removeContainer(parts: Parts, path: string): void {
	const txn = maybePrepareDeleteContainer(parts.ledger, parts.writes.nextZxid, path);
	if (txn !== undefined) propose(parts, sessionId(0n), txn);
}

function propose({ writes, clock }: Parts, id: SessionId, txn: Txn): void {
	writes.propose(id, 0, clock.wallMs, txn, null);
}
