import { Reader } from "../lib/reader.js";
import { Writer } from "../lib/writer.js";
import { type SessionId, sessionId, type Zxid, zxid } from "../model/ids.js";

export const passwordBytes = 16;

export interface ConnectRequest {
	readonly protocolVersion: number;
	readonly lastZxidSeen: Zxid;
	readonly timeoutMs: number;
	/** 0 asks for a new session. */
	readonly session: SessionId;
	readonly password: Uint8Array;
	/** Undefined when a client of before 3.4 left the byte out: then the answer has none either. */
	readonly readOnly: boolean | undefined;
}

export interface ConnectResponse {
	/** 0 refuses the session. */
	readonly timeoutMs: number;
	readonly session: SessionId;
	readonly password: Uint8Array;
	readonly readOnly: boolean | undefined;
}

/** What a client says that takes no read-only server. */
export type Handshake = Pick<ConnectRequest, "lastZxidSeen" | "timeoutMs" | "session" | "password">;

/** A whole frame. */
export function encodeHandshake({ lastZxidSeen, timeoutMs, session, password }: Handshake): Uint8Array {
	const writer = new Writer(64).int(0).int(0).long(lastZxidSeen).int(timeoutMs);
	return writer.bigLong(session).buffer(password).boolean(false).frame();
}

export type Welcome = Omit<ConnectResponse, "readOnly">;

/** The frame without its length. */
export function decodeWelcome(frame: Uint8Array): Welcome {
	const reader = new Reader(frame);
	reader.int();
	const timeoutMs = reader.int();
	const session = sessionId(reader.bigLong());
	return { timeoutMs, session, password: reader.buffer()?.slice() ?? new Uint8Array() };
}

/** Throws a DecodeError when the frame is too short. */
export function decodeConnectRequest(body: Uint8Array): ConnectRequest {
	const reader = new Reader(body);
	const protocolVersion = reader.int();
	const lastZxidSeen = zxid(reader.long());
	const timeoutMs = reader.int();
	const session = sessionId(reader.bigLong());
	const password = reader.buffer() ?? new Uint8Array();
	const readOnly = reader.remaining > 0 ? reader.boolean() : undefined;
	return { protocolVersion, lastZxidSeen, timeoutMs, session, password, readOnly };
}

/** A whole frame. */
export function encodeConnectResponse({ timeoutMs, session, password, readOnly }: ConnectResponse): Uint8Array {
	const writer = new Writer(64);
	writer.int(0).int(0).int(timeoutMs).bigLong(session).buffer(password);
	if (readOnly !== undefined) writer.boolean(readOnly);
	return writer.frame().slice();
}
