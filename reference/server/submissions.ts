import { Writer } from "../lib/writer.js";
import { type ErrorCode, errors } from "../model/errors.js";
import { maybeCreateMode } from "../wire/create-mode.js";
import { opcodes } from "../wire/opcodes.js";
import { type RequestHeader, requestHeaderBytes, type TxnRequest, type WriteRequest } from "../wire/requests.js";
import type { Connection } from "./connection.js";
import { decide } from "./decide.js";
import { type Parts, proposerOf } from "./parts.js";
import { enqueue } from "./request-order.js";
import { isLearner } from "./role.js";
import type { Session } from "./sessions.js";

/** A request as its client sent it. */
interface Sent {
	readonly body: Uint8Array;
}

/**
 * A change is decided and logged on receipt, here or by the leader; its reply waits until it is committed.
 */
export function submitTxn(
	parts: Parts,
	connection: Connection,
	session: Session,
	header: RequestHeader,
	request: TxnRequest,
	frame: Sent,
): void {
	const error = refusalOf(parts, session, request);
	if (error !== errors.ok) {
		enqueue(parts, connection, header, { kind: "refused", error });
		return;
	}
	if (request.type === "closeSession") connection.closing = true;
	if (session.local && request.type === "closeSession") {
		enqueue(parts, connection, header, { kind: "localClose" });
		return;
	}
	if (session.local && makesEphemeral(request)) upgrade(parts, connection, session);
	enqueue(parts, connection, header, { kind: "txn", txn: request });
	if (isLearner(parts.role)) {
		parts.openAsks.addChange(session.id, header.xid, connection);
		forward(parts, connection, session, header, frame);
	} else {
		const asker = { id: session.id, ids: connection.ids, owner: "self" } as const;
		proposeFor(parts, asker, header.xid, request, connection);
	}
}

/** What is refused before anybody looks at the tree. */
function refusalOf({ role, config, loggedSessions }: Parts, session: Session, request: TxnRequest): ErrorCode {
	if (role.type === "readOnly") {
		const isOwn = config.localSessions !== "off" && !loggedSessions.has(session.id);
		return request.type === "closeSession" && isOwn ? errors.ok : errors.notReadOnly;
	}
	const needsGlobal = session.local && makesEphemeral(request);
	return needsGlobal && config.localSessions !== "upgrading" ? errors.ephemeralOnLocalSession : errors.ok;
}

function makesEphemeral(request: TxnRequest): boolean {
	return request.type === "multi" ? request.ops.some(isEphemeralCreate) : isEphemeralCreate(request);
}

function isEphemeralCreate(request: TxnRequest | WriteRequest): boolean {
	if (request.type !== "create" && request.type !== "create2") return false;
	return maybeCreateMode(request.flags)?.ephemeral === true;
}

/** A local session is made everybody's; no client waits for that. */
function upgrade(parts: Parts, connection: Connection, session: Session): void {
	const { timeoutMs } = session;
	const header = { xid: 0, opcode: opcodes.createSession };
	parts.sessions.makeGlobal(session, parts.clock.nowMs);
	if (isLearner(parts.role)) {
		parts.openAsks.addChange(session.id, header.xid, null);
		forward(parts, connection, session, header, { body: createSessionFrame(timeoutMs) });
	} else {
		const asker = { id: session.id, ids: connection.ids, owner: "self" } as const;
		proposeFor(parts, asker, header.xid, { type: "createSession", timeoutMs }, null);
	}
}

/** As a client might send it. */
export function createSessionFrame(timeoutMs: number): Uint8Array {
	return new Writer(12).int(0).int(opcodes.createSession).int(timeoutMs).copy();
}

/** A learner's tree is as far as its leader's once everything decided before has come. */
export function submitSync(
	parts: Parts,
	connection: Connection,
	session: Session,
	header: RequestHeader,
	path: string | null,
	frame: Sent,
): void {
	enqueue(parts, connection, header, { kind: "sync", path });
	parts.openAsks.addSync(connection);
	forward(parts, connection, session, header, frame);
}

function forward(
	{ effects }: Parts,
	{ ids }: Connection,
	{ id: session }: Session,
	{ xid: cxid, opcode }: RequestHeader,
	frame: Sent,
): void {
	effects.forward({ session, cxid, opcode, body: frame.body.subarray(requestHeaderBytes), ids });
}

/** Decides a change and gives it its place; `connection` is null for a client of another server. */
export function proposeFor(
	parts: Parts,
	asker: Parameters<typeof proposerOf>[1],
	cxid: number,
	request: TxnRequest,
	connection: Connection | null,
): void {
	const proposer = proposerOf(parts, asker);
	const txn = decide(parts.ledger, proposer, request);
	if (request.type === "closeSession") parts.sessions.maybeMarkClosing(asker.id);
	parts.writes.propose(asker.id, cxid, proposer.timeMs, txn, connection);
}
