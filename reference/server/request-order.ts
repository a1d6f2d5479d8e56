import { errors } from "../model/errors.js";
import type { SessionId, Zxid } from "../model/ids.js";
import type { ApplyResult, TxnResult } from "../tree/apply-result.js";
import { opcodes } from "../wire/opcodes.js";
import type { ReplyBody } from "../wire/replies.js";
import type { RequestHeader, TxnRequest } from "../wire/requests.js";
import type { Connection, Waiting } from "./connection.js";
import { decide, replyBody } from "./decide.js";
import { endConnection, type Parts, proposerOf } from "./parts.js";
import { answer } from "./reads.js";
import type { Session } from "./sessions.js";
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

/** A change is decided and logged on receipt; its reply waits for the disk. */
export function submitTxn(
	parts: Parts,
	connection: Connection,
	session: Session,
	header: RequestHeader,
	request: TxnRequest,
): void {
	enqueue(parts, connection, header, { kind: "txn", txn: request });
	const proposer = proposerOf(parts, session, connection);
	const txn = decide(parts.ledger, proposer, request);
	if (request.type === "closeSession") {
		connection.closing = true;
		parts.sessions.markClosing(session);
	}
	parts.writes.propose(session.id, header.xid, proposer.timeMs, txn, connection);
}

/** A change is on disk and in the tree. Watches hear of it before whoever made it gets the reply. */
export function afterApply(parts: Parts, { header, connection }: Proposal, { result, changes }: ApplyResult): void {
	parts.digests.note(header.zxid, parts.tree);
	for (const change of changes) parts.watches.trigger(change, header.zxid);
	if (header.type === -10) noteSession(parts, header.session, connection);
	if (connection !== null && !connection.ended) replyToWrite(parts, connection, header.zxid, result);
	if (header.type === -11) removeSession(parts, header.session);
	if (connection !== null && !connection.ended) answerReads(parts, connection);
}

/** Everything up to the next write can be answered: nothing before it is open any more. */
function answerReads(parts: Parts, connection: Connection): void {
	for (let head = connection.waiting.peek(); head !== undefined; head = connection.waiting.peek()) {
		if (head.request.kind === "txn" || connection.ended) return;
		parts.connections.shift(connection);
		answerRead(parts, connection, head);
	}
}

function answerRead(parts: Parts, connection: Connection, waiting: Waiting): void {
	const { request, ids } = waiting;
	const isRead = request.kind === "read";
	const outcome = isRead ? answer(parts.library, connection, ids, request.read) : errors.marshallingError;
	const failed = typeof outcome === "number";
	const error = failed ? outcome : errors.ok;
	parts.outbox.reply(connection, waiting, parts.tree.lastZxid, error, failed ? none : outcome, parts.clock.nowMs);
}

function replyToWrite(parts: Parts, connection: Connection, at: Zxid, result: TxnResult): void {
	const waiting = parts.connections.shift(connection);
	if (waiting?.request.kind !== "txn") return;
	const { txn } = waiting.request;
	const { nowMs } = parts.clock;
	if (txn.type === "createSession" && connection.session !== null) {
		parts.outbox.welcomeNew(connection, connection.session, waiting, at, nowMs);
		return;
	}
	// A failed multi tells its error part by part.
	const error = txn.type === "multi" ? errors.ok : result.error;
	parts.outbox.reply(connection, waiting, at, error, error === errors.ok ? replyBody(txn, result) : none, nowMs);
}

function noteSession({ sessions, loggedSessions }: Parts, id: SessionId, connection: Connection | null): void {
	const timeoutMs = connection?.session?.timeoutMs ?? sessions.maybeLive(id)?.timeoutMs;
	if (timeoutMs !== undefined) loggedSessions.set(id, timeoutMs);
}

function removeSession(parts: Parts, id: SessionId): void {
	parts.loggedSessions.delete(id);
	const session = parts.sessions.remove(id);
	if (session?.connection) endConnection(parts, session.connection);
}
