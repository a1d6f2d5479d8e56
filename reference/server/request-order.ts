import { type ErrorCode, errors } from "../model/errors.js";
import type { SessionId, Zxid } from "../model/ids.js";
import type { ApplyResult, TxnResult } from "../tree/apply-result.js";
import { opcodes } from "../wire/opcodes.js";
import type { ReplyBody } from "../wire/replies.js";
import type { RequestHeader } from "../wire/requests.js";
import type { Connection, Waiting } from "./connection.js";
import { replyBody } from "./decide.js";
import { endConnection, endLocalSession, type Parts } from "./parts.js";
import { answer } from "./reads.js";
import type { Proposal } from "./writes.js";

const none: ReplyBody = { type: "none" };

/** A request takes its place behind the earlier ones of its connection, and is answered when nothing before it is open. */
export function enqueue(
	parts: Parts,
	connection: Connection,
	{ xid, opcode }: RequestHeader,
	request: Waiting["request"],
): void {
	const isPing = opcode === opcodes.ping;
	const receivedMs = parts.clock.nowMs;
	parts.connections.push(connection, { xid, opcode, isPing, request, ids: connection.ids, receivedMs });
	answerReads(parts, connection);
}

/** A change is committed and in the tree. Watches hear of it before whoever made it gets the reply. */
export function afterApply(
	parts: Parts,
	{ header, txn, connection }: Proposal,
	{ result, changes }: ApplyResult,
): void {
	parts.digests.note(header.zxid, parts.tree);
	for (const change of changes) parts.watches.trigger(change, header.zxid);
	if (txn.type === -10) noteSession(parts, header.session, txn.timeoutMs);
	if (connection !== null && !connection.ended) replyToWrite(parts, connection, header.zxid, result);
	if (header.type === -11) removeSession(parts, header.session);
	if (connection !== null && !connection.ended) answerReads(parts, connection);
}

/** The sync at the head of what waits has its answer. */
export function answerSync(parts: Parts, connection: Connection): void {
	const head = connection.waiting.peek();
	if (head?.request.kind !== "sync") {
		// What was asked before it has been lost on the way: nothing can be answered in its order any more.
		endConnection(parts, connection);
		return;
	}
	parts.connections.shift(connection);
	const body: ReplyBody = { type: "path", path: head.request.path };
	parts.outbox.reply(connection, head, parts.tree.lastZxid, errors.ok, body, parts.clock.nowMs);
	answerReads(parts, connection);
}

/** Everything up to the next change can be answered: nothing before it is open any more. */
function answerReads(parts: Parts, connection: Connection): void {
	for (let head = connection.waiting.peek(); head !== undefined; head = connection.waiting.peek()) {
		if (connection.ended || head.request.kind === "txn" || head.request.kind === "sync") return;
		parts.connections.shift(connection);
		answerRead(parts, connection, head);
	}
}

function answerRead(parts: Parts, connection: Connection, waiting: Waiting): void {
	const outcome = outcomeOf(parts, connection, waiting);
	const failed = typeof outcome === "number";
	const error = failed ? outcome : errors.ok;
	if (error === errors.sessionMoved) endConnection(parts, connection);
	parts.outbox.reply(connection, waiting, parts.tree.lastZxid, error, failed ? none : outcome, parts.clock.nowMs);
	if (waiting.request.kind === "localClose" && connection.session !== null) endLocalSession(parts, connection.session);
}

function outcomeOf({ library }: Parts, connection: Connection, { request, ids }: Waiting): ReplyBody | ErrorCode {
	if (request.kind === "read") return answer(library, connection, ids, request.read);
	return request.kind === "refused" ? request.error : none;
}

function replyToWrite(parts: Parts, connection: Connection, at: Zxid, result: TxnResult): void {
	if (connection.waiting.peek()?.request.kind !== "txn") {
		// The answer to what stands before it has been lost: nothing can be answered in its order any more.
		endConnection(parts, connection);
		return;
	}
	const waiting = parts.connections.shift(connection);
	if (waiting?.request.kind !== "txn") return;
	// Its client has gone to another server: what is said here could only confuse it.
	if (result.error === errors.sessionMoved) {
		endConnection(parts, connection);
		return;
	}
	const { txn } = waiting.request;
	const { nowMs } = parts.clock;
	if (txn.type === "createSession" && result.error === errors.ok && connection.session !== null) {
		parts.outbox.welcomeNew(connection, connection.session, waiting, at, nowMs);
		return;
	}
	// A failed multi tells its error part by part.
	const error = txn.type === "multi" ? errors.ok : result.error;
	parts.outbox.reply(
		connection,
		waiting,
		at,
		error,
		error === errors.ok ? replyBody(parts.tree, txn, result) : none,
		nowMs,
	);
}

/** Its time counts from here on: only now its client can know of it. */
function noteSession({ sessions, loggedSessions, clock }: Parts, id: SessionId, timeoutMs: number): void {
	loggedSessions.set(id, timeoutMs);
	const session = sessions.maybeLive(id);
	if (session !== undefined) sessions.touch(session, clock.nowMs);
}

function removeSession(parts: Parts, id: SessionId): void {
	parts.loggedSessions.delete(id);
	parts.openAsks.forget(id);
	const session = parts.sessions.remove(id);
	if (session?.connection) endConnection(parts, session.connection);
}
