import { unreachable } from "../../lib/assert.js";
import { Reader } from "../../lib/reader.js";
import { Writer } from "../../lib/writer.js";
import { opcodes } from "../opcodes.js";
import { writeAcls } from "../records.js";
import { type ReplyHeader, readReplyHeader } from "../replies.js";
import type { CreateRequest, PathReadRequest, ReadRequest, ReconfigRequest, WriteRequest } from "../requests.js";

/** Requests that the tests send. */
export type TestRequest =
	| WriteRequest
	| ReadRequest
	| ReconfigRequest
	| { readonly type: "multi"; readonly ops: readonly WriteRequest[] }
	| { readonly type: "closeSession" }
	| { readonly type: "setAcl"; readonly path: string; readonly acl: CreateRequest["acl"]; readonly version: number }
	| { readonly type: "auth"; readonly scheme: string; readonly auth: Uint8Array };

export function opcodeOf(request: TestRequest): number {
	if (request.type === "setWatches") return opcodes.setWatches2;
	return opcodes[request.type];
}

/** Header and body, without the frame's length. */
export function encodeRequest(xid: number, request: TestRequest): Uint8Array {
	const writer = new Writer().int(xid).int(opcodeOf(request));
	writeRequest(writer, request);
	return writer.copy();
}

export function framed(body: Uint8Array): Uint8Array {
	return new Writer().buffer(body).copy();
}

function writeRequest(writer: Writer, request: TestRequest): void {
	switch (request.type) {
		case "create":
		case "create2":
		case "createContainer":
		case "createTtl":
		case "delete":
		case "setData":
		case "check":
			writeWrite(writer, request);
			break;
		case "multi":
		case "multiRead":
			writeParts(writer, request.ops);
			break;
		case "exists":
		case "getData":
		case "getChildren":
		case "getChildren2":
			writer.ustring(request.path).boolean(request.watch);
			break;
		case "setAcl":
			writer.ustring(request.path);
			writeAclsOrNull(writer, request.acl).int(request.version);
			break;
		case "setWatches":
			writer.long(request.relativeZxid);
			for (const key of ["data", "exist", "child", "persistent", "persistentRecursive"] as const)
				writer.vector(request[key], (path) => writer.ustring(path));
			break;
		case "reconfig":
			writer.ustring(request.joining).ustring(request.leaving).ustring(request.newMembers).long(request.version);
			break;
		case "addWatch":
			writer.ustring(request.path).int(request.mode);
			break;
		case "checkWatches":
		case "removeWatches":
			writer.ustring(request.path).int(request.watcherType);
			break;
		case "auth":
			writer.int(0).ustring(request.scheme).buffer(request.auth);
			break;
		case "getAcl":
		case "getAllChildrenNumber":
		case "sync":
		case "getEphemerals":
			writer.ustring(request.path);
			break;
		case "ping":
		case "whoAmI":
		case "closeSession":
			break;
		default:
			unreachable(request);
	}
}

function writeParts(writer: Writer, ops: readonly (WriteRequest | PathReadRequest)[]): void {
	for (const op of ops) {
		writer.int(opcodes[op.type]).boolean(false).int(-1);
		writeRequest(writer, op);
	}
	writer.int(-1).boolean(true).int(-1);
}

function writeWrite(writer: Writer, request: WriteRequest): void {
	writer.ustring(request.path);
	switch (request.type) {
		case "delete":
		case "check":
			writer.int(request.version);
			break;
		case "setData":
			writer.buffer(request.data).int(request.version);
			break;
		default:
			writeAclsOrNull(writer.buffer(request.data), request.acl).int(request.flags);
			if (request.ttlMs !== undefined) writer.long(request.ttlMs);
	}
}

function writeAclsOrNull(writer: Writer, acl: CreateRequest["acl"]): Writer {
	return acl === null ? writer.int(-1) : writeAcls(writer, acl);
}

export interface TestReply extends ReplyHeader {
	/** What follows the header. */
	readonly body: Reader;
}

export function decodeReply(body: Uint8Array): TestReply {
	const reader = new Reader(body);
	return { ...readReplyHeader(reader), body: reader };
}

const eventNames = ["", "created", "deleted", "dataChanged", "childrenChanged"];

/** "created /a", from the body of a reply whose xid is −1. */
export function describeEvent({ body }: TestReply): string {
	const type = body.int();
	body.int();
	return `${eventNames[type]} ${body.ustring()}`;
}
