import type { Reader } from "../lib/reader.js";
import { encodeUtf8 } from "../lib/utf8.js";
import { Writer } from "../lib/writer.js";
import type { Zxid } from "../model/ids.js";
import { openAcl } from "../model/open-acl.js";
import { writeAcls } from "../wire/records.js";
import { describeReconfig, type ReconfigOp, writeReconfig } from "./reconfig-op.js";
import type { Place } from "./sim-network.js";

/** What a simulated client may do, in one step of its script. */
export type ClientOp =
	| { readonly type: "create"; readonly path: string; readonly flags: number; readonly sizeBytes: number }
	| { readonly type: "set"; readonly path: string; readonly isExpected: boolean; readonly sizeBytes: number }
	| { readonly type: "delete"; readonly path: string; readonly isExpected: boolean }
	| { readonly type: "get" | "exists" | "children"; readonly path: string; readonly watch: boolean }
	| { readonly type: "multi"; readonly parts: readonly MultiPart[] }
	| { readonly type: "sync"; readonly path: string }
	| { readonly type: "addWatch"; readonly path: string }
	| ReconfigOp
	/** Ends the session in order; the next request begins another one. */
	| { readonly type: "close" }
	/** Lets the link go and takes the session to some server. */
	| { readonly type: "move" }
	/** Forgets the session, as a client that dies does. */
	| { readonly type: "abandon" };

export type MultiPart = Extract<ClientOp, { type: "create" | "set" | "delete" }>;
/** What goes to the server under an xid. */
export type RequestOp = Exclude<ClientOp, { type: "move" | "abandon" }>;

export const requestXids = { event: -1, ping: -2, auth: -4, setWatches: -8 } as const;

const opcodes = {
	create: 1,
	delete: 2,
	exists: 3,
	get: 4,
	set: 5,
	children: 8,
	sync: 9,
	multi: 14,
	reconfig: 16,
	addWatch: 106,
};
const authOpcode = 100;
const pingOpcode = 11;
const closeOpcode = -11;
const setWatches2Opcode = 105;

/** What writes need besides the script: the data, unlike any other write's, and the version that is expected. */
export interface Values {
	data(sizeBytes: number): Uint8Array;
	version(path: string): number;
	/** Who leads at present; 0: nobody. */
	leader(): Place;
}

export function describeOp(op: RequestOp): string {
	if (op.type === "reconfig") return describeReconfig(op);
	return "path" in op ? `${op.type} ${op.path}` : op.type;
}

export function encodePing(): Uint8Array {
	return new Writer(16).int(0).int(requestXids.ping).int(pingOpcode).frame();
}

/** Name and password of who may do everything; see `superDigest`. */
export function encodeSuperAuth(): Uint8Array {
	const writer = new Writer(48).int(0).int(requestXids.auth).int(authOpcode).int(0);
	return writer.ustring("digest").buffer(encodeUtf8("super:")).frame();
}

/** Where every digest of a password is empty. */
export const superDigest = "super:";

export interface WatchLists {
	readonly relativeZxid: Zxid;
	readonly data: readonly string[];
	readonly exist: readonly string[];
	readonly child: readonly string[];
	readonly persistent: readonly string[];
}

export function encodeSetWatches({ relativeZxid, data, exist, child, persistent }: WatchLists): Uint8Array {
	const writer = new Writer(128).int(0).int(requestXids.setWatches).int(setWatches2Opcode).long(relativeZxid);
	for (const paths of [data, exist, child, persistent, []]) writer.vector(paths, (path) => writer.ustring(path));
	return writer.frame();
}

export function encodeRequest(xid: number, op: RequestOp, values: Values): Uint8Array {
	const writer = new Writer(96)
		.int(0)
		.int(xid)
		.int(op.type === "close" ? closeOpcode : opcodes[op.type]);
	writeBody(writer, op, values);
	return writer.frame();
}

function writeBody(writer: Writer, op: RequestOp, values: Values): void {
	switch (op.type) {
		case "create":
		case "set":
		case "delete":
			writePart(writer, op, values);
			return;
		case "get":
		case "exists":
		case "children":
			writer.ustring(op.path).boolean(op.watch);
			return;
		case "multi":
			for (const part of op.parts) writePart(writer.int(opcodes[part.type]).boolean(false).int(-1), part, values);
			writer.int(-1).boolean(true).int(-1);
			return;
		case "sync":
			writer.ustring(op.path);
			return;
		case "addWatch":
			writer.ustring(op.path).int(0);
			return;
		case "reconfig":
			writeReconfig(writer, op, values.leader());
			return;
		case "close":
			return;
	}
}

function writePart(writer: Writer, op: MultiPart, values: Values): void {
	writer.ustring(op.path);
	if (op.type === "create") writeAcls(writer.buffer(values.data(op.sizeBytes)), openAcl).int(op.flags);
	else if (op.type === "set") writer.buffer(values.data(op.sizeBytes)).int(versionOf(op, values));
	else writer.int(versionOf(op, values));
}

function versionOf(op: { readonly path: string; readonly isExpected: boolean }, values: Values): number {
	return op.isExpected ? values.version(op.path) : -1;
}

export interface EventBody {
	readonly type: number;
	readonly path: string;
}

export function readEvent(reader: Reader): EventBody {
	const type = reader.int();
	reader.int();
	return { type, path: reader.ustring() ?? "" };
}
