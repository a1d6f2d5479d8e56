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
