import { unreachable } from "../lib/assert.js";
import type { Frame } from "../lib/frame-splitter.js";
import { errors } from "../model/errors.js";
import type { ReplyBody } from "../wire/replies.js";
import type { AuthRequest, RequestHeader } from "../wire/requests.js";
import { maybeAuthenticate, withIds } from "./authentication.js";
import type { Connection } from "./connection.js";
import { takeHandshake } from "./handshakes.js";
import { endConnection, type Parts } from "./parts.js";
import { type Classified, classifyFrame } from "./request-kind.js";
import { enqueue } from "./request-order.js";
import { isLearner } from "./role.js";
import type { Session } from "./sessions.js";
import { submitSync, submitTxn } from "./submissions.js";

const none: ReplyBody = { type: "none" };

/** Takes what has arrived whole, for as long as the connection may go on. */
export function takeFrames(parts: Parts, connection: Connection): void {
	while (!connection.ended && !connection.closing && !connection.paused && connection.undecided === null) {
		const result = connection.splitter.next();
		if (result.type === "partial") return;
		if (result.type === "frame") takeFrame(parts, connection, result);
		else endConnection(parts, connection);
		parts.connections.pauseIfFull(connection);
	}
}

/** A frame or a four-letter word has come. */
export function countReceived({ figures }: Parts, connection: Connection): void {
	figures.received++;
	connection.figures.received++;
}

function takeFrame(parts: Parts, connection: Connection, frame: Frame): void {
	countReceived(parts, connection);
	if (connection.session === null) takeHandshake(parts, connection, frame.body);
	else takeRequest(parts, connection, connection.session, frame);
}

function takeRequest(parts: Parts, connection: Connection, session: Session, frame: Frame): void {
	parts.sessions.touch(session, parts.clock.nowMs);
	const classified = classifyFrame(frame);
	switch (classified.kind) {
		case "txn":
			submitTxn(parts, connection, session, classified.header, classified.txn, frame);
			break;
		case "read":
		case "refused":
			takeRead(parts, connection, session, classified, frame);
			break;
		case "auth":
			authenticate(parts, connection, classified.header, classified.auth);
			break;
		case "unknown":
			parts.outbox.unimplemented(connection, classified.header.xid);
			endConnection(parts, connection);
			break;
		case "hopeless":
			endConnection(parts, connection);
			break;
		default:
			unreachable(classified);
	}
}

type Untimely = Extract<Classified, { kind: "read" | "refused" }>;

function takeRead(parts: Parts, connection: Connection, session: Session, classified: Untimely, frame: Frame): void {
	const { header } = classified;
	if (hasMoved(parts, session)) {
		enqueue(parts, connection, header, { kind: "refused", error: errors.sessionMoved });
	} else if (classified.kind !== "read" || classified.read.type !== "sync") {
		enqueue(parts, connection, header, classified);
	} else if (parts.role.type === "readOnly") {
		enqueue(parts, connection, header, { kind: "refused", error: errors.notReadOnly });
	} else if (isLearner(parts.role)) {
		submitSync(parts, connection, session, header, classified.read.path, frame);
	} else {
		enqueue(parts, connection, header, classified);
	}
}

/** Only a leader knows: elsewhere the session's changes are refused when they come back from it. */
function hasMoved({ role }: Parts, { owner, closing }: Session): boolean {
	return role.type === "leader" && owner !== "self" && !closing;
}

/** Done on receipt, so that every later request counts with the new identity; the reply may overtake others. */
function authenticate(parts: Parts, connection: Connection, { xid }: RequestHeader, request: AuthRequest): void {
	const { outbox, config, capabilities } = parts;
	if (request.type === "sasl") {
		outbox.replyAtOnce(connection, xid, errors.ok, { type: "token", token: null });
		return;
	}
	const ids = maybeAuthenticate(request.scheme, request.auth, config, capabilities);
	outbox.replyAtOnce(connection, xid, ids === undefined ? errors.authFailed : errors.ok, none);
	if (ids !== undefined) {
		connection.ids = withIds(connection.ids, ids);
		return;
	}
	parts.figures.authFailures++;
	endConnection(parts, connection);
}
