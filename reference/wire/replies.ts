import { unreachable } from "../lib/assert.js";
import type { Reader } from "../lib/reader.js";
import type { Writer } from "../lib/writer.js";
import { errors } from "../model/errors.js";
import { type Zxid, zxid } from "../model/ids.js";
import type { Acl, Id, Stat } from "../model/records.js";
import { opcodes, xids } from "./opcodes.js";
import { writeAcls, writeStat } from "./records.js";

/** One result of a multi or multiRead. */
export type PartResult =
	| { readonly type: "created"; readonly path: string }
	| { readonly type: "createdStat"; readonly path: string; readonly stat: Stat }
	| { readonly type: "set"; readonly stat: Stat }
	| { readonly type: "deleted" | "checked" }
	| { readonly type: "data"; readonly data: Uint8Array | null; readonly stat: Stat }
	| { readonly type: "children"; readonly children: Iterable<string>; readonly count: number }
	| { readonly type: "error"; readonly error: number };

export type ReplyBody =
	| { readonly type: "none" }
	| { readonly type: "path"; readonly path: string | null }
	| { readonly type: "pathStat"; readonly path: string; readonly stat: Stat }
	| { readonly type: "stat"; readonly stat: Stat }
	| { readonly type: "data"; readonly data: Uint8Array | null; readonly stat: Stat }
	| { readonly type: "acl"; readonly acl: readonly Acl[]; readonly stat: Stat }
	/** `stat` is there for getChildren2. */
	| {
			readonly type: "children";
			readonly children: Iterable<string>;
			readonly count: number;
			readonly stat: Stat | null;
	  }
	| { readonly type: "parts"; readonly results: readonly PartResult[] }
	/** A number alone: getAllChildrenNumber, and the 0 of addWatch. */
	| { readonly type: "number"; readonly value: number }
	| { readonly type: "ids"; readonly ids: readonly Id[] }
	| { readonly type: "token"; readonly token: Uint8Array | null };

export interface ReplyHeader {
	readonly xid: number;
	readonly zxid: Zxid;
	readonly error: number;
}

/** What a client reads before a reply's body. */
export function readReplyHeader(reader: Reader): ReplyHeader {
	return { xid: reader.int(), zxid: zxid(reader.long()), error: reader.int() };
}

/** A whole frame; a body goes with it only when there is no error. @returns its length with its prefix */
export function writeReply(writer: Writer, { xid, zxid, error }: ReplyHeader, body: ReplyBody): number {
	const start = startFrame(writer, xid, zxid, error);
	if (error === errors.ok) writeBody(writer, body);
	return writer.endFrame(start);
}

/** Event numbers as they stand in a WatcherEvent. */
export const eventTypes = { created: 1, deleted: 2, dataChanged: 3, childrenChanged: 4 } as const;
export type EventType = keyof typeof eventTypes;

const syncConnected = 3;

/** A whole frame; `zxid` is −1 for events that make up for what a client missed. */
export function writeEvent(writer: Writer, type: EventType, path: string, zxid: Zxid): void {
	const start = startFrame(writer, xids.event, zxid, errors.ok);
	writer.int(eventTypes[type]).int(syncConnected).ustring(path);
	writer.endFrame(start);
}

/** @returns where it begins */
function startFrame(writer: Writer, xid: number, zxid: Zxid, error: number): number {
	const start = writer.length;
	writer.int(0).int(xid).long(zxid).int(error);
	return start;
}

function writeBody(writer: Writer, body: ReplyBody): Writer {
	switch (body.type) {
		case "none":
			return writer;
		case "path":
			return writer.ustring(body.path);
		case "pathStat":
			return writeStat(writer.ustring(body.path), body.stat);
		case "stat":
			return writeStat(writer, body.stat);
		case "data":
			return writeStat(writer.buffer(body.data), body.stat);
		case "acl":
			return writeStat(writeAcls(writer, body.acl), body.stat);
		case "children":
			writeNames(writer, body.count, body.children);
			return body.stat === null ? writer : writeStat(writer, body.stat);
		case "parts":
			return writeParts(writer, body.results);
		case "number":
			return writer.int(body.value);
		case "ids":
			return writer.vector(body.ids, (id) => writer.ustring(id.scheme).ustring(id.id));
		case "token":
			return writer.buffer(body.token);
		default:
			return unreachable(body);
	}
}

function writeNames(writer: Writer, count: number, names: Iterable<string>): Writer {
	writer.int(count);
	for (const name of names) writer.ustring(name);
	return writer;
}

function writeParts(writer: Writer, results: readonly PartResult[]): Writer {
	for (const result of results) writePart(writer, result);
	return writer.int(-1).boolean(true).int(-1);
}

function writePart(writer: Writer, result: PartResult): Writer {
	const error = result.type === "error" ? result.error : errors.ok;
	writer.int(partOpcode(result.type)).boolean(false).int(error);
	switch (result.type) {
		case "created":
			return writer.ustring(result.path);
		case "createdStat":
			return writeStat(writer.ustring(result.path), result.stat);
		case "set":
			return writeStat(writer, result.stat);
		case "deleted":
		case "checked":
			return writer;
		case "data":
			return writeStat(writer.buffer(result.data), result.stat);
		case "children":
			return writeNames(writer, result.count, result.children);
		case "error":
			return writer.int(result.error);
		default:
			return unreachable(result);
	}
}

function partOpcode(type: PartResult["type"]): number {
	switch (type) {
		case "created":
			return opcodes.create;
		case "createdStat":
			return opcodes.create2;
		case "set":
			return opcodes.setData;
		case "deleted":
			return opcodes.delete;
		case "checked":
			return opcodes.check;
		case "data":
			return opcodes.getData;
		case "children":
			return opcodes.getChildren;
		case "error":
			return -1;
		default:
			return unreachable(type);
	}
}
