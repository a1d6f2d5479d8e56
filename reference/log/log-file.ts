import { DecodeError, Reader } from "../lib/reader.js";
import { Writer } from "../lib/writer.js";
import type { LogEntry } from "../model/txns.js";
import { adler32 } from "./adler32.js";
import type { ByteSource } from "./byte-source.js";
import { DamagedFileError } from "./damaged-file.js";
import { ReadAhead } from "./read-ahead.js";
import { readEntry, writeEntry } from "./txn-record.js";

/** "ZKLG" */
const magic = 0x5a4b4c47;
const fileVersion = 2;
export const logHeaderBytes = 16;

/** Checksum and length. */
const recordHeadBytes = 12;
/** The byte after each body; where it is missing, the record was never finished. */
const recordEnd = 0x42;
/** The file grows when a record ends closer to its end than this. */
const paddingMarginBytes = 4096;

export interface LogRecord {
	readonly entry: LogEntry;
	/** What `entry` was read from: a view into all that was read ahead, so whoever keeps it had better copy. */
	readonly body: Uint8Array;
	/** Where the next record begins. */
	readonly endBytes: number;
}

export function writeLogHeader(writer: Writer): void {
	writer.int(magic).int(fileVersion).long(0);
}

/** One record: checksum of the body, its length, the body, the end mark. */
export function writeRecord(writer: Writer, body: Uint8Array): void {
	writer.long(adler32(body)).int(body.length).raw(body).byte(recordEnd);
}

/** The same for an entry that nobody has encoded yet. */
export function writeEntryRecord(writer: Writer, entry: LogEntry): void {
	const at = writer.length;
	writer.long(0).int(0);
	writeEntry(writer, entry);
	const body = writer.bytes(at + recordHeadBytes);
	writer.setInt(at + 4, adler32(body));
	writer.setInt(at + 8, body.length);
	writer.byte(recordEnd);
}

/** The size to give a file of `sizeBytes` once its records end at `positionBytes`; a step of 0 or less: no padding. */
export function paddedBytes(positionBytes: number, sizeBytes: number, stepBytes: number): number {
	if (stepBytes <= 0 || positionBytes + paddingMarginBytes < sizeBytes) return sizeBytes;
	if (positionBytes <= sizeBytes) return sizeBytes + stepBytes;
	const enough = positionBytes + stepBytes;
	return enough - (enough % stepBytes);
}

/**
 * The records of one file in order. It ends quietly at the padding, at the end of the file, and at a record without its
 * end mark: that one was torn by a crash before anybody was told of it.
 * @param bodyBytesMax a longer record is damage
 * @throws DamagedFileError for a wrong header, a wrong checksum, a length that can not be, a body that does not decode
 */
export function* readLog(source: ByteSource, bodyBytesMax: number): Generator<LogRecord, void> {
	checkHeader(source);
	const ahead = new ReadAhead(source);
	for (let at = logHeaderBytes; ; ) {
		const head = ahead.maybeFind(at, recordHeadBytes);
		if (head === undefined) return;
		const reader = new Reader(ahead.window, head);
		const checksum = reader.long();
		const length = reader.int();
		if (length === 0) return;
		if (length < 0 || length > bodyBytesMax) throw new DamagedFileError(source.name, at, `a record of ${length} bytes`);
		const start = ahead.maybeFind(at + recordHeadBytes, length + 1);
		if (start === undefined || ahead.window[start + length] !== recordEnd) return;
		const body = ahead.window.subarray(start, start + length);
		const entry = mustRead(source, at, body, checksum);
		at += recordHeadBytes + length + 1;
		yield { entry, body, endBytes: at };
	}
}

/**
 * A file that ends inside its header, or whose header was written in part at most into space already set aside: it was made
 * just before a crash and no record of it was ever acknowledged.
 */
export function isUnborn(source: ByteSource): boolean {
	if (source.sizeBytes < logHeaderBytes) return true;
	const found = source.read(0, logHeaderBytes);
	const header = new Writer(logHeaderBytes);
	writeLogHeader(header);
	const wrongAt = found.findIndex((byte, at) => byte !== header.bytes()[at]);
	return wrongAt !== -1 && found.subarray(wrongAt).every((byte) => byte === 0);
}

function checkHeader(source: ByteSource): void {
	const reader = new Reader(source.read(0, logHeaderBytes));
	if (reader.remaining < logHeaderBytes)
		throw new DamagedFileError(source.name, 0, `the header ends after ${source.sizeBytes} of ${logHeaderBytes} bytes`);
	const found = reader.int() >>> 0;
	if (found !== magic) throw new DamagedFileError(source.name, 0, "not a transaction log: it does not begin with ZKLG");
	const version = reader.int();
	if (version !== fileVersion) throw new DamagedFileError(source.name, 4, `log version ${version}, not ${fileVersion}`);
}

function mustRead(source: ByteSource, at: number, body: Uint8Array, checksum: number): LogEntry {
	if (adler32(body) !== checksum) throw new DamagedFileError(source.name, at, "the checksum of a record is wrong");
	try {
		return readEntry(body);
	} catch (error) {
		if (error instanceof DecodeError)
			throw new DamagedFileError(source.name, at, `a record is wrong: ${error.message}`);
		throw error;
	}
}
