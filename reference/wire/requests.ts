import { DecodeError, type Reader } from "../lib/reader.js";
import { type Zxid, zxid } from "../model/ids.js";
import type { Acl } from "../model/records.js";
import { opcodes } from "./opcodes.js";
import { readAcls } from "./records.js";

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

export type Request =
	| WriteRequest
	| PathReadRequest
	| SetWatchesRequest
	| { readonly type: "setAcl"; readonly path: string; readonly acl: readonly Acl[] | null; readonly version: number }
	| { readonly type: "getAcl" | "getAllChildrenNumber" | "deleteContainer"; readonly path: string }
	/** Their path may be null: nobody looks at it. */
	| { readonly type: "sync" | "getEphemerals"; readonly path: string | null }
	| { readonly type: "ping" | "closeSession" | "createSession" | "whoAmI" | "reconfig" }
	| { readonly type: "multi"; readonly ops: readonly WriteRequest[] }
	| { readonly type: "multiRead"; readonly ops: readonly PathReadRequest[] }
	| { readonly type: "checkWatches" | "removeWatches"; readonly path: string; readonly watcherType: number }
	| { readonly type: "addWatch"; readonly path: string; readonly mode: number }
	| { readonly type: "auth"; readonly scheme: string; readonly auth: Uint8Array }
	| { readonly type: "sasl"; readonly token: Uint8Array | null };

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
			return maybeDecodeWrite(opcode, reader);
		case opcodes.exists:
		case opcodes.getData:
		case opcodes.getChildren:
		case opcodes.getChildren2:
			return decodePathRead(opcode, reader);
		case opcodes.ping:
			return { type: "ping" };
		case opcodes.multi:
			return { type: "multi", ops: decodeParts(reader, decodeMultiPart) };
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
			return { type: "setAcl", path: path(reader), acl: readAcls(reader), version: reader.int() };
		case opcodes.sync:
			return { type: "sync", path: reader.ustring() };
		case opcodes.getEphemerals:
			return { type: "getEphemerals", path: reader.ustring() };
		case opcodes.getAllChildrenNumber:
			return { type: "getAllChildrenNumber", path: path(reader) };
		case opcodes.checkWatches:
			return { type: "checkWatches", path: path(reader), watcherType: reader.int() };
		case opcodes.removeWatches:
			return { type: "removeWatches", path: path(reader), watcherType: reader.int() };
		case opcodes.addWatch:
			return { type: "addWatch", path: path(reader), mode: reader.int() };
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
			return { type: "createSession" };
		case opcodes.whoAmI:
			return { type: "whoAmI" };
		case opcodes.reconfig:
			return { type: "reconfig" };
		case opcodes.deleteContainer:
			return { type: "deleteContainer", path: path(reader) };
		default:
			return undefined;
	}
}

function maybeDecodeWrite(opcode: number, reader: Reader): WriteRequest | undefined {
	switch (opcode) {
		case opcodes.create:
			return decodeCreate("create", reader);
		case opcodes.create2:
			return decodeCreate("create2", reader);
		case opcodes.createContainer:
			return decodeCreate("createContainer", reader);
		case opcodes.createTtl:
			return decodeCreate("createTtl", reader);
		case opcodes.delete:
			return { type: "delete", path: path(reader), version: reader.int() };
		case opcodes.setData:
			return { type: "setData", path: path(reader), data: keptBuffer(reader), version: reader.int() };
		case opcodes.check:
			return { type: "check", path: path(reader), version: reader.int() };
		default:
			return undefined;
	}
}

function decodeCreate(type: CreateRequest["type"], reader: Reader): CreateRequest {
	const target = path(reader);
	const data = keptBuffer(reader);
	const acl = readAcls(reader);
	const flags = reader.int();
	const ttlMs = type === "createTtl" ? reader.long() : undefined;
	return { type, path: target, data, acl, flags, ttlMs };
}

function decodePathRead(opcode: number, reader: Reader): PathReadRequest {
	return { type: pathReadType(opcode), path: path(reader), watch: reader.boolean() };
}

function pathReadType(opcode: number): PathReadRequest["type"] {
	if (opcode === opcodes.getData) return "getData";
	if (opcode === opcodes.exists) return "exists";
	return opcode === opcodes.getChildren ? "getChildren" : "getChildren2";
}

function decodeMultiPart(opcode: number, reader: Reader): WriteRequest {
	const part = maybeDecodeWrite(opcode, reader);
	if (part === undefined) throw new DecodeError(`operation ${opcode} in a multi`);
	return part;
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

function decodeAuth(reader: Reader): Request {
	reader.int();
	const scheme = reader.ustring() ?? "";
	return { type: "auth", scheme, auth: reader.buffer() ?? new Uint8Array() };
}

function path(reader: Reader): string {
	const value = reader.ustring();
	if (value === null) throw new DecodeError("null path");
	return value;
}

function paths(reader: Reader): string[] {
	return reader.vector(() => path(reader)) ?? [];
}

/** A copy: the tree keeps it, and must not keep the network's whole chunk alive with it. */
function keptBuffer(reader: Reader): Uint8Array | null {
	return reader.buffer()?.slice() ?? null;
}
