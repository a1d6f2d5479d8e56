import type { SessionId } from "../model/ids.js";
import { type ConnectRequest, decodeConnectRequest } from "../wire/handshake.js";
import { opcodes } from "../wire/opcodes.js";
import type { TouchedSession } from "../zab/contract.js";
import { negotiatedTimeoutMs } from "./admission.js";
import type { Connection } from "./connection.js";
import { endConnection, type Parts } from "./parts.js";
import { isPasswordOf } from "./password.js";
import { maybeDecoded } from "./request-kind.js";
import { isLearner, startZxid } from "./role.js";
import type { Session } from "./sessions.js";
import { createSessionFrame, submitTxn } from "./submissions.js";

/** The first frame of a connection: it asks for a new session or for one that there is. */
export function takeHandshake(parts: Parts, connection: Connection, body: Uint8Array): void {
	const request = maybeDecoded(() => decodeConnectRequest(body));
	if (request === undefined || !mayCome(parts, request)) {
		endConnection(parts, connection);
		return;
	}
	parts.sessionless.delete(connection);
	parts.figures.connectionRequests++;
	connection.sendsReadOnly = request.readOnly !== undefined;
	if (request.session === 0n) beginSession(parts, connection, negotiatedTimeoutMs(request, parts.config));
	else resumeSession(parts, connection, request);
}

function mayCome({ role, config, tree }: Parts, { lastZxidSeen, readOnly }: ConnectRequest): boolean {
	if (role.type === "readOnly" && readOnly !== true) return false;
	if (role.type === "leader" && !config.leaderServes) return false;
	// A client that has seen more than this server knows must find another one, or time would run backwards for it.
	return lastZxidSeen <= startZxid(role, tree);
}

function beginSession(parts: Parts, connection: Connection, timeoutMs: number): void {
	const { sessions, loggedSessions, outbox, role, config, tree, clock } = parts;
	const local = config.localSessions !== "off" && role.type !== "standalone";
	if (role.type === "readOnly" && !local) {
		outbox.notReadOnly(connection, tree.lastZxid);
		endConnection(parts, connection);
		return;
	}
	const session = sessions.add(sessions.newId(loggedSessions), timeoutMs, clock.nowMs, local);
	if (local) {
		welcome(parts, connection, session, timeoutMs);
		return;
	}
	attach(connection, session);
	const header = { xid: 0, opcode: opcodes.createSession };
	const request = { type: "createSession", timeoutMs } as const;
	submitTxn(parts, connection, session, header, request, { body: createSessionFrame(timeoutMs) });
}

function resumeSession(parts: Parts, connection: Connection, request: ConnectRequest): void {
	const timeoutMs = negotiatedTimeoutMs(request, parts.config);
	// As in Apache, whoever names a session ends its connection, before anybody asks for the password.
	endConnectionOf(parts, request.session);
	if (!isPasswordOf(request.session, request.password)) {
		refuse(parts, connection);
		return;
	}
	const session = parts.sessions.maybeLive(request.session) ?? maybeUncertain(parts, request.session, timeoutMs);
	if (isLearner(parts.role) && session?.local !== true)
		askLeader(parts, connection, { session: request.session, timeoutMs });
	else if (session === undefined) refuse(parts, connection);
	else welcome(parts, connection, session, timeoutMs);
}

/**
 * Without a leader nobody can say whether a session lives. A read-only server takes the client's word: it gets nothing by it
 * that its identities would not get.
 */
function maybeUncertain(parts: Parts, id: SessionId, timeoutMs: number): Session | undefined {
	const { role, config, loggedSessions, sessions, clock } = parts;
	if (role.type !== "readOnly") return undefined;
	if (config.localSessions !== "off" && !loggedSessions.has(id)) return undefined;
	return sessions.add(id, timeoutMs, clock.nowMs, true);
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
