import { DecodeError, type Reader } from "../lib/reader.js";
import { type Zxid, zxid } from "../model/ids.js";
import type { Acl } from "../model/records.js";
import { containerFlags, isTtl, maybeCreateMode } from "./create-mode.js";
import { opcodes } from "./opcodes.js";
import { readAcls } from "./records.js";

export const requestHeaderBytes = 8;

export interface RequestHeader {
	readonly xid: number;
	readonly opcode: number;
}

/** One of the four creates; all but createTtl have no TTL. */
export interface CreateRequest {
	readonly type: "create" | "create2" | "createContainer" | "createTtl";
	readonly path: string;
	readonly data: Uint8Array | null;
	readonly acl: readonly Acl[] | null;
	/** A create mode number, unchecked. */
	readonly flags: number;
	readonly ttlMs: number | undefined;
}

/** A change that may stand alone or in a multi. */
export type WriteRequest =
	| CreateRequest
	| { readonly type: "delete"; readonly path: string; readonly version: number }
	| { readonly type: "setData"; readonly path: string; readonly data: Uint8Array | null; readonly version: number }
	| { readonly type: "check"; readonly path: string; readonly version: number };

/** A read that may stand alone or in a multiRead. */
export interface PathReadRequest {
	readonly type: "getData" | "getChildren" | "getChildren2" | "exists";
	readonly path: string;
	readonly watch: boolean;
}

export interface SetWatchesRequest {
	readonly type: "setWatches";
	readonly relativeZxid: Zxid;
	readonly data: readonly string[];
	readonly exist: readonly string[];
	readonly child: readonly string[];
	readonly persistent: readonly string[];
	readonly persistentRecursive: readonly string[];
}

export interface SetAclRequest {
	readonly type: "setAcl";
	readonly path: string;
	readonly acl: readonly Acl[] | null;
	readonly version: number;
}

/** Servers that come and go, or all that there are to be: then nobody looks at the others. */
export interface ReconfigRequest {
	readonly type: "reconfig";
	/** Server lines, between commas. */
	readonly joining: string | null;
	/** Ids, between commas. */
	readonly leaving: string | null;
	/** A whole configuration, its lines between commas or newlines. */
	readonly newMembers: string | null;
	/** The version that is to be changed; −1: whichever it is. */
	readonly version: Zxid;
}

/** What gets a zxid, whatever becomes of it. */
export type TxnRequest =
	| WriteRequest
	| SetAclRequest
	| { readonly type: "multi"; readonly ops: readonly WriteRequest[] }
	| { readonly type: "createSession"; readonly timeoutMs: number }
	| { readonly type: "closeSession" }
	| ReconfigRequest
	| { readonly type: "deleteContainer"; readonly path: string }
	/** A write that can not be understood, but only after it was given its place: it uses up a zxid. */
	| { readonly type: "malformedWrite" };

/** What changes nothing in the tree. */
export type ReadRequest =
	| PathReadRequest
	| SetWatchesRequest
	| { readonly type: "multiRead"; readonly ops: readonly PathReadRequest[] }
	| { readonly type: "getAcl" | "getAllChildrenNumber"; readonly path: string }
	/** Their path may be null: nobody looks at it. */
	| { readonly type: "sync" | "getEphemerals"; readonly path: string | null }
	| { readonly type: "ping" | "whoAmI" }
	| { readonly type: "checkWatches" | "removeWatches"; readonly path: string; readonly watcherType: number }
	| { readonly type: "addWatch"; readonly path: string; readonly mode: number };

/** What is done on receipt, before anything that still waits. */
export type AuthRequest =
	| { readonly type: "auth"; readonly scheme: string; readonly auth: Uint8Array | null }
	| { readonly type: "sasl"; readonly token: Uint8Array | null };

export type Request = TxnRequest | ReadRequest | AuthRequest;

export function decodeRequestHeader(reader: Reader): RequestHeader {
	return { xid: reader.int(), opcode: reader.int() };
}

/** The body after the header; bytes that follow it are ignored. Undefined for an opcode nobody knows. Throws DecodeError. */
export function maybeDecodeRequest(opcode: number, reader: Reader): Request | undefined {
	switch (opcode) {
		case opcodes.create:
		case opcodes.create2:
		case opcodes.createContainer:
		case opcodes.createTtl:
		case opcodes.delete:
		case opcodes.setData:
		case opcodes.check:
			return maybeDecodeWrite(opcode, reader) ?? { type: "malformedWrite" };
		case opcodes.exists:
		case opcodes.getData:
		case opcodes.getChildren:
		case opcodes.getChildren2:
			return decodePathRead(opcode, reader);
		case opcodes.ping:
			return { type: "ping" };
		case opcodes.multi:
			return decodeMulti(reader);
		case opcodes.multiRead:
			return { type: "multiRead", ops: decodeParts(reader, decodeMultiReadPart) };
		case opcodes.setWatches:
		case opcodes.setWatches2:
			return decodeSetWatches(opcode, reader);
		default:
			return maybeDecodeRare(opcode, reader);
	}
}

function maybeDecodeRare(opcode: number, reader: Reader): Request | undefined {
	switch (opcode) {
		case opcodes.getAcl:
			return { type: "getAcl", path: path(reader) };
		case opcodes.setAcl:
			return { type: "setAcl", path: writePath(reader), acl: readAcls(reader), version: reader.int() };
		case opcodes.sync:
			return { type: "sync", path: reader.ustring() };
		case opcodes.getEphemerals:
			return { type: "getEphemerals", path: reader.ustring() };
		case opcodes.getAllChildrenNumber:
			return { type: "getAllChildrenNumber", path: path(reader) };
		case opcodes.checkWatches:
			return { type: "checkWatches", path: reader.ustring() ?? "", watcherType: reader.int() };
		case opcodes.removeWatches:
			return { type: "removeWatches", path: reader.ustring() ?? "", watcherType: reader.int() };
		case opcodes.addWatch:
			return { type: "addWatch", path: reader.ustring() ?? "", mode: reader.int() };
		case opcodes.auth:
			return decodeAuth(reader);
		case opcodes.sasl:
			return { type: "sasl", token: reader.buffer() };
		default:
			return maybeDecodeBodiless(opcode, reader);
	}
}

function maybeDecodeBodiless(opcode: number, reader: Reader): Request | undefined {
	switch (opcode) {
		case opcodes.closeSession:
			return { type: "closeSession" };
		case opcodes.createSession:
			return { type: "createSession", timeoutMs: reader.int() };
		case opcodes.whoAmI:
			return { type: "whoAmI" };
		case opcodes.reconfig:
			return decodeReconfig(reader);
		case opcodes.deleteContainer:
			return { type: "deleteContainer", path: path(reader) };
		default:
			return undefined;
	}
}

/** Undefined when it is no write, or its path is null. */
function maybeDecodeWrite(opcode: number, reader: Reader): WriteRequest | undefined {
	switch (opcode) {
		case opcodes.create:
			return maybeDecodeCreate("create", reader);
		case opcodes.create2:
			return maybeDecodeCreate("create2", reader);
		case opcodes.createContainer:
			return maybeDecodeCreate("createContainer", reader);
		case opcodes.createTtl:
			return maybeDecodeCreate("createTtl", reader);
		case opcodes.delete:
			return maybeDecodeDelete(reader);
		case opcodes.setData:
			return { type: "setData", path: writePath(reader), data: written(reader), version: reader.int() };
		case opcodes.check:
			return { type: "check", path: writePath(reader), version: reader.int() };
		default:
			return undefined;
	}
}

function maybeDecodeCreate(type: CreateRequest["type"], reader: Reader): CreateRequest | undefined {
	const path = reader.ustring();
	const data = written(reader);
	const acl = readAcls(reader);
	const flags = reader.int();
	const ttlMs = type === "createTtl" ? reader.long() : undefined;
	// The mode is judged before the path: only a create of a right mode stumbles over a null path.
	if (path === null && isRightMode(flags, ttlMs)) return undefined;
	return { type, path: path ?? "", data, acl, flags, ttlMs };
}

function isRightMode(flags: number, ttlMs: number | undefined): boolean {
	const mode = maybeCreateMode(flags);
	if (ttlMs === undefined) return mode !== undefined && !mode.ttl;
	return mode?.ttl === true && isTtl(ttlMs);
}

function maybeDecodeDelete(reader: Reader): WriteRequest | undefined {
	const path = reader.ustring();
	const version = reader.int();
	return path === null ? undefined : { type: "delete", path, version };
}

function decodePathRead(opcode: number, reader: Reader): PathReadRequest {
	return { type: pathReadType(opcode), path: path(reader), watch: reader.boolean() };
}

function pathReadType(opcode: number): PathReadRequest["type"] {
	if (opcode === opcodes.getData) return "getData";
	if (opcode === opcodes.exists) return "exists";
	return opcode === opcodes.getChildren ? "getChildren" : "getChildren2";
}

/** A create in a multi that has no ACL: unlike other malformed multis it gets no zxid. */
class MissingAclError extends DecodeError {}

/** A multi that can not be decoded still gets a zxid, unless what is wrong first is a create that has no ACL. */
function decodeMulti(reader: Reader): Request {
	let lacksPath = false;
	try {
		const ops = decodeParts(reader, (opcode) => {
			lacksPath ||= isChange(opcode) && reader.isNullNext();
			return decodeMultiPart(opcode, reader);
		});
		return lacksPath ? { type: "malformedWrite" } : { type: "multi", ops };
	} catch (error) {
		if (!(error instanceof DecodeError) || error instanceof MissingAclError) throw error;
		return { type: "malformedWrite" };
	}
}

/** Alone these judge a null path as an invalid one. */
function isChange(opcode: number): boolean {
	return opcode === opcodes.setData || opcode === opcodes.check;
}

function isModeInMulti({ type, flags }: CreateRequest): boolean {
	const mode = maybeCreateMode(flags);
	return mode !== undefined && (type === "createTtl" || !mode.ttl);
}

function hasAcl(op: WriteRequest): boolean {
	return !("acl" in op) || op.type === "createTtl" || op.acl !== null;
}

function decodeMultiPart(opcode: number, reader: Reader): WriteRequest {
	const part = maybeDecodeWrite(opcode, reader);
	if (part === undefined) throw new DecodeError(`operation ${opcode} in a multi, or its path is null`);
	if ("flags" in part && !isModeInMulti(part)) throw new DecodeError(`create mode ${part.flags} in a multi`);
	if (!hasAcl(part)) throw new MissingAclError("create without an ACL in a multi");
	return asTyped(part);
}

/** In a multi, other than alone, the mode of a create makes a container. */
function asTyped(part: WriteRequest): WriteRequest {
	const isContainer = part.type === "create" && part.flags === containerFlags;
	return isContainer ? { ...part, type: "createContainer" } : part;
}

function decodeMultiReadPart(opcode: number, reader: Reader): PathReadRequest {
	if (opcode !== opcodes.getData && opcode !== opcodes.getChildren)
		throw new DecodeError(`operation ${opcode} in a multiRead`);
	return decodePathRead(opcode, reader);
}

/** Headers and bodies by turns, until a header that says done. */
function decodeParts<T>(reader: Reader, decodePart: (opcode: number, reader: Reader) => T): T[] {
	const parts: T[] = [];
	for (;;) {
		const opcode = reader.int();
		const done = reader.boolean();
		reader.int();
		if (done) return parts;
		parts.push(decodePart(opcode, reader));
	}
}

function decodeSetWatches(opcode: number, reader: Reader): SetWatchesRequest {
	const relativeZxid = zxid(reader.long());
	const data = paths(reader);
	const exist = paths(reader);
	const child = paths(reader);
	const persistent = opcode === opcodes.setWatches2 ? paths(reader) : [];
	const persistentRecursive = opcode === opcodes.setWatches2 ? paths(reader) : [];
	return { type: "setWatches", relativeZxid, data, exist, child, persistent, persistentRecursive };
}

function decodeReconfig(reader: Reader): Request {
	const joining = reader.ustring();
	const leaving = reader.ustring();
	const newMembers = reader.ustring();
	return { type: "reconfig", joining, leaving, newMembers, version: zxid(reader.long()) };
}

function decodeAuth(reader: Reader): Request {
	reader.int();
	const scheme = reader.ustring() ?? "";
	return { type: "auth", scheme, auth: reader.buffer() };
}

function path(reader: Reader): string {
	const value = reader.ustring();
	if (value === null) throw new DecodeError("null path");
	return value;
}

/** Changes of a node judge a null path as an invalid one; creates and deletes stumble over it. */
function writePath(reader: Reader): string {
	return reader.ustring() ?? "";
}

function paths(reader: Reader): string[] {
	const list = reader.vector(() => path(reader));
	if (list === null) throw new DecodeError("null list of paths");
	return list;
}

/** What a node is to hold: a view of the frame, which the tree copies. */
function written(reader: Reader): Uint8Array | null {
	return reader.buffer();
}
