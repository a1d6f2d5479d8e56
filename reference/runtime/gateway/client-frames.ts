import { Reader } from "../../lib/reader.js";
import { Writer } from "../../lib/writer.js";
import { sessionId, zxid } from "../../model/ids.js";
import { openAcl } from "../../model/open-acl.js";
import type { Stat } from "../../model/records.js";
import type { ConnectRequest, ConnectResponse } from "../../wire/handshake.js";
import { opcodes, xids } from "../../wire/opcodes.js";
import { writeAcls } from "../../wire/records.js";

/** What the gateway asks a server for. Nodes are created for everybody to use. */
export type Call =
	| { readonly type: "exists" | "getData" | "getChildren2"; readonly path: string }
	| { readonly type: "setData"; readonly path: string; readonly data: Uint8Array | null; readonly version: number }
	| {
			readonly type: "create2" | "createContainer";
			readonly path: string;
			readonly data: Uint8Array | null;
			/** A create mode number. */
			readonly flags: number;
	  }
	| { readonly type: "delete"; readonly path: string; readonly version: number }
	| { readonly type: "ping" | "closeSession" };

export type Handshake = Pick<ConnectRequest, "lastZxidSeen" | "timeoutMs" | "session" | "password">;
export type Welcome = Pick<ConnectResponse, "timeoutMs" | "session">;

/** A whole frame. */
export function encodeHandshake({ lastZxidSeen, timeoutMs, session, password }: Handshake): Uint8Array {
	const writer = new Writer(64).int(0).int(0).long(lastZxidSeen).int(timeoutMs);
	return writer.bigLong(session).buffer(password).boolean(false).frame();
}

/** The frame without its length. */
export function decodeWelcome(frame: Uint8Array): Welcome {
	const reader = new Reader(frame);
	reader.int();
	const timeoutMs = reader.int();
	return { timeoutMs, session: sessionId(reader.bigLong()) };
}

/** A whole frame; a ping has its own xid. */
export function encodeCall(xid: number, call: Call): Uint8Array {
	const writer = new Writer(128).int(0);
	writer.int(call.type === "ping" ? xids.ping : xid).int(opcodes[call.type]);
	writeBody(writer, call);
	return writer.frame();
}

function writeBody(writer: Writer, call: Call): void {
	switch (call.type) {
		case "exists":
		case "getData":
		case "getChildren2":
			writer.ustring(call.path).boolean(false);
			return;
		case "setData":
			writer.ustring(call.path).buffer(call.data).int(call.version);
			return;
		case "create2":
		case "createContainer":
			writeAcls(writer.ustring(call.path).buffer(call.data), openAcl).int(call.flags);
			return;
		case "delete":
			writer.ustring(call.path).int(call.version);
			return;
		case "ping":
		case "closeSession":
			return;
	}
}

export function readStat(reader: Reader): Stat {
	return {
		czxid: zxid(reader.long()),
		mzxid: zxid(reader.long()),
		ctimeMs: reader.long(),
		mtimeMs: reader.long(),
		version: reader.int(),
		cversion: reader.int(),
		aversion: reader.int(),
		ephemeralOwner: reader.bigLong(),
		dataLength: reader.int(),
		numChildren: reader.int(),
		pzxid: zxid(reader.long()),
	};
}
