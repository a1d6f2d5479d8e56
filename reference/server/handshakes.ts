import { type ConnectRequest, decodeConnectRequest } from "../wire/handshake.js";
import { opcodes } from "../wire/opcodes.js";
import { negotiatedTimeoutMs } from "./admission.js";
import type { Connection } from "./connection.js";
import { endConnection, type Parts } from "./parts.js";
import { isPasswordOf } from "./password.js";
import { maybeDecoded } from "./request-kind.js";
import { submitTxn } from "./request-order.js";
import type { Session } from "./sessions.js";

/** The first frame of a connection: it asks for a new session or for one that there is. */
export function takeHandshake(parts: Parts, connection: Connection, body: Uint8Array): void {
	const request = maybeDecoded(() => decodeConnectRequest(body));
	// A client that has seen more than this server knows must find another one, or time would run backwards for it.
	if (request === undefined || request.lastZxidSeen > parts.tree.lastZxid) {
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
	submitTxn(parts, connection, session, header, { type: "createSession", timeoutMs });
}

function resumeSession(parts: Parts, connection: Connection, request: ConnectRequest): void {
	const { sessions, outbox, config, clock } = parts;
	const session = sessions.maybeLive(request.session);
	// As in Apache, whoever names a session ends its connection, before anybody asks for the password.
	if (session?.connection) endConnection(parts, session.connection);
	if (session === undefined || !isPasswordOf(request.session, request.password)) {
		outbox.refusal(connection);
		endConnection(parts, connection);
		return;
	}
	session.timeoutMs = negotiatedTimeoutMs(request, config);
	sessions.touch(session, clock.nowMs);
	attach(connection, session);
	outbox.welcome(connection, session);
}

function attach(connection: Connection, session: Session): void {
	session.connection = connection;
	connection.session = session;
}
