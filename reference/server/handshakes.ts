import { Writer } from "../lib/writer.js";
import type { SessionId } from "../model/ids.js";
import { type ConnectRequest, decodeConnectRequest } from "../wire/handshake.js";
import { opcodes } from "../wire/opcodes.js";
import type { TouchedSession } from "../zab/contract.js";
import { negotiatedTimeoutMs } from "./admission.js";
import type { Connection } from "./connection.js";
import { endConnection, isLearner, type Parts, startZxid } from "./parts.js";
import { isPasswordOf } from "./password.js";
import { maybeDecoded } from "./request-kind.js";
import { submitTxn } from "./request-order.js";
import type { Session } from "./sessions.js";

/** The first frame of a connection: it asks for a new session or for one that there is. */
export function takeHandshake(parts: Parts, connection: Connection, body: Uint8Array): void {
	const request = maybeDecoded(() => decodeConnectRequest(body));
	// A client that has seen more than this server knows must find another one, or time would run backwards for it.
	if (request === undefined || request.lastZxidSeen > startZxid(parts.role, parts.tree)) {
		endConnection(parts, connection);
		return;
	}
	parts.sessionless.delete(connection);
	parts.figures.connectionRequests++;
	connection.sendsReadOnly = request.readOnly !== undefined;
	if (request.session === 0n) beginSession(parts, connection, negotiatedTimeoutMs(request, parts.config));
	else resumeSession(parts, connection, request);
}

function beginSession(parts: Parts, connection: Connection, timeoutMs: number): void {
	const { sessions, clock } = parts;
	const session = sessions.add(sessions.newId(), timeoutMs, clock.nowMs);
	attach(connection, session);
	const header = { xid: 0, opcode: opcodes.createSession };
	const frame = new Writer(12).int(header.xid).int(header.opcode).int(timeoutMs).bytes();
	submitTxn(parts, connection, session, header, { type: "createSession", timeoutMs }, frame);
}

function resumeSession(parts: Parts, connection: Connection, request: ConnectRequest): void {
	const timeoutMs = negotiatedTimeoutMs(request, parts.config);
	// As in Apache, whoever names a session ends its connection, before anybody asks for the password.
	endConnectionOf(parts, request.session);
	const session = parts.sessions.maybeLive(request.session);
	if (!isPasswordOf(request.session, request.password)) refuse(parts, connection);
	else if (isLearner(parts.role)) askLeader(parts, connection, { session: request.session, timeoutMs });
	else if (session === undefined) refuse(parts, connection);
	else welcome(parts, connection, session, timeoutMs);
}

/** Nothing more is read from the link until the leader has told whether the session lives. */
function askLeader(
	{ effects, openAsks, sessionless, clock }: Parts,
	connection: Connection,
	asked: TouchedSession,
): void {
	connection.undecided = asked;
	openAsks.addRevalidation(asked.session, connection);
	sessionless.touch(connection, clock.nowMs, asked.timeoutMs);
	effects.pause(connection.link);
	effects.revalidate(asked);
}

/** Learner: the leader has answered the oldest question for this session. Gives the connection that may go on. */
export function takeRevalidated(parts: Parts, id: SessionId, valid: boolean): Connection | undefined {
	const connection = parts.openAsks.takeRevalidation(id);
	if (connection === undefined || connection.ended || connection.undecided === null) return undefined;
	const { timeoutMs } = connection.undecided;
	connection.undecided = null;
	parts.sessionless.delete(connection);
	parts.effects.resume(connection.link);
	if (!valid) {
		refuse(parts, connection);
		return undefined;
	}
	endConnectionOf(parts, id);
	welcome(parts, connection, parts.sessions.add(id, timeoutMs, parts.clock.nowMs), timeoutMs);
	return connection;
}

function endConnectionOf(parts: Parts, id: SessionId): void {
	const connection = parts.sessions.maybeLive(id)?.connection;
	if (connection) endConnection(parts, connection);
}

function refuse(parts: Parts, connection: Connection): void {
	parts.outbox.refusal(connection);
	endConnection(parts, connection);
}

function welcome(
	{ sessions, outbox, clock }: Parts,
	connection: Connection,
	session: Session,
	timeoutMs: number,
): void {
	session.timeoutMs = timeoutMs;
	sessions.touch(session, clock.nowMs);
	attach(connection, session);
	outbox.welcome(connection, session);
}

function attach(connection: Connection, session: Session): void {
	session.connection = connection;
	session.owner = "self";
	connection.session = session;
}
