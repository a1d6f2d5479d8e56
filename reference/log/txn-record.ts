import { Arena } from "../lib/arena.js";
import { unreachable } from "../lib/assert.js";
import { limits } from "../lib/limits.js";
import { DecodeError, Reader } from "../lib/reader.js";
import { Writer } from "../lib/writer.js";
import { sessionId, zxid } from "../model/ids.js";
import { isOpenAcl, openAcl } from "../model/open-acl.js";
import type { Acl } from "../model/records.js";
import type { LogEntry, Txn, TxnHeader } from "../model/txns.js";

/** The only digest algorithm there is since 3.6; a tail with another version is read and not compared. */
const digestVersion = 2;
const digestTailBytes = 12;

const scratchBytes = 4096;
let scratch = new Writer(scratchBytes);
/** They are in use until they are committed and some five hundred others after them. */
const entries = new Arena();

/** What `encodeEntry` gives, behind what the writer has. */
export function writeEntry(writer: Writer, entry: LogEntry): void {
	writeHeader(writer, entry.header);
	writeTxn(writer, entry.txn);
	if (entry.digest !== null) writer.int(digestVersion).bigLong(entry.digest);
}

/** Header, body and, where there is one, digest: what the checksum of a log record covers, and servers send each other. */
export function encodeEntry(entry: LogEntry): Uint8Array {
	// One large entry must not keep its buffer for ever.
	if (scratch.capacityBytes > limits.keptBufferBytesMax) scratch = new Writer(scratchBytes);
	scratch.clear();
	writeEntry(scratch, entry);
	return entries.keep(scratch.bytes());
}

/** @throws DecodeError for what is not a log record, also for a type that no server logs at the top level. */
export function readEntry(bytes: Uint8Array): LogEntry {
	const reader = new Reader(bytes);
	const session = sessionId(reader.bigLong());
	const cxid = reader.int();
	const at = zxid(reader.long());
	const timeMs = reader.long();
	const type = reader.int();
	if (type === 13) throw new DecodeError("a check outside a multi");
	const { txn, tail } = type === -11 ? readCloseSession(reader) : { txn: readTxn(type, reader), tail: reader };
	return { header: { session, cxid, zxid: at, timeMs, type: txn.type }, txn, digest: readDigest(tail) };
}

function writeHeader(writer: Writer, header: TxnHeader): void {
	writer.bigLong(header.session).int(header.cxid).long(header.zxid).long(header.timeMs).int(header.type);
}

function readDigest(reader: Reader): bigint | null {
	if (reader.remaining < digestTailBytes) return null;
	const version = reader.int();
	const digest = reader.bigLong();
	return version === digestVersion ? digest : null;
}

function writeTxn(writer: Writer, txn: Txn): void {
	switch (txn.type) {
		case 1:
		case 15:
			writeCreated(writer, txn);
			writer.boolean(txn.ephemeral).int(txn.parentCversion);
			return;
		case 19:
			writeCreated(writer, txn);
			writer.int(txn.parentCversion);
			return;
		case 21:
			writeCreated(writer, txn);
			writer.int(txn.parentCversion).long(txn.ttlMs);
			return;
		case 2:
		case 20:
			writer.ustring(txn.path);
			return;
		case 5:
		case 16:
			writer.ustring(txn.path).buffer(txn.data).int(txn.version);
			return;
		case 7:
			writeAcl(writer.ustring(txn.path), txn.acl);
			writer.int(txn.version);
			return;
		case 13:
			writer.ustring(txn.path).int(txn.version);
			return;
		case -10:
			writer.int(txn.timeoutMs);
			return;
		case -11:
			if (txn.paths !== null) writer.vector(txn.paths, (path) => writer.ustring(path));
			return;
		case -1:
			writer.int(txn.error);
			return;
		case 14:
			writer.vector(txn.txns, (part) => writePart(writer, part));
			return;
		default:
			unreachable(txn);
	}
}

interface Created {
	readonly path: string;
	readonly data: Uint8Array | null;
	readonly acl: readonly Acl[];
}

function writeCreated(writer: Writer, created: Created): void {
	writeAcl(writer.ustring(created.path).buffer(created.data), created.acl);
}

/** Also the layout of the ACL table of snapshots. */
export function writeAcl(writer: Writer, acl: readonly Acl[]): void {
	writer.vector(acl, ({ perms, id }) => writer.int(perms).ustring(id.scheme).ustring(id.id));
}

/** As a plain create: Apache 3.8.0 passes over a create2 inside a multi when it replays (ZOOKEEPER-4026), and loses the node. */
function writePart(writer: Writer, part: Txn): void {
	writer.int(part.type === 15 ? 1 : part.type);
	const at = writer.length;
	writer.int(0);
	writeTxn(writer, part);
	writer.setInt(at, writer.length - at - 4);
}

function readTxn(type: number, reader: Reader): Txn {
	switch (type) {
		case 1:
		case 15:
			return { type, ...readCreated(reader), ephemeral: reader.boolean(), parentCversion: readCversion(reader) };
		case 19:
			return { type, ...readCreated(reader), parentCversion: reader.int() };
		case 21:
			return { type, ...readCreated(reader), parentCversion: reader.int(), ttlMs: reader.long() };
		case 2:
		case 20:
			return { type, path: mustText(reader) };
		case 5:
		case 16:
			return { type, path: mustText(reader), data: reader.buffer(), version: reader.int() };
		case 7:
			return { type, path: mustText(reader), acl: readAcl(reader), version: reader.int() };
		case 13:
			return { type, path: mustText(reader), version: reader.int() };
		case -10:
			return { type, timeoutMs: reader.int() };
		case -1:
			return { type, error: reader.int() };
		case 14:
			return { type, txns: reader.vector(() => readPart(reader)) ?? [] };
		default:
			throw new DecodeError(`transaction type ${type} is not known`);
	}
}

function readPart(reader: Reader): Txn {
	const type = reader.int();
	const body = reader.buffer();
	if (body === null) throw new DecodeError("a part of a multi without a body");
	return readTxn(type, new Reader(body));
}

function readCreated(reader: Reader): Created {
	return { path: mustText(reader), data: reader.buffer(), acl: readAcl(reader) };
}

/** Servers before 3.4 logged no parentCVersion. */
function readCversion(reader: Reader): number {
	return reader.remaining < 4 ? -1 : reader.int();
}

/** A null list reads as the empty one. */
function readAcl(reader: Reader): readonly Acl[] {
	const acl = reader.vector(() => ({ perms: reader.int(), id: { scheme: mustText(reader), id: mustText(reader) } }));
	if (acl === null) return [];
	return isOpenAcl(acl) ? openAcl : acl;
}

function mustText(reader: Reader): string {
	const text = reader.ustring();
	if (text === null) throw new DecodeError("a string is null");
	return text;
}

/**
 * Servers before 3.6, and later ones with closeSessionTxn.enabled=false, log no body. Then a digest may follow at once,
 * whose first int (2) also reads as a list of two paths: only a list that ends where a record may end, and has no empty path
 * as a digest of 0 would, is taken.
 */
function readCloseSession(reader: Reader): { txn: Txn; tail: Reader } {
	const rest = reader.raw(reader.remaining);
	const tail = new Reader(rest);
	const paths = rest.length === 0 ? undefined : maybePaths(tail);
	if (paths !== undefined && !paths.includes("") && (tail.remaining === 0 || tail.remaining === digestTailBytes))
		return { txn: { type: -11, paths }, tail };
	return { txn: { type: -11, paths: null }, tail: new Reader(rest) };
}

function maybePaths(reader: Reader): string[] | undefined {
	try {
		return reader.vector(() => mustText(reader)) ?? [];
	} catch (error) {
		if (error instanceof DecodeError) return undefined;
		throw error;
	}
}
