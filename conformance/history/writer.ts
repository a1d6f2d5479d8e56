import { closeSync, openSync, writeSync } from "node:fs";
import type { HistoryHeader, HistoryRecord } from "./record.js";
import { RecordEncoder } from "./record-encoder.js";

const flushBytes = 1 << 18;

/**
 * Writes a history's file. Nothing is awaited: whoever records hands over a record and goes on, and every quarter of a
 * megabyte is written at once, by the one call that fills it. A run that is killed leaves all but the last of these.
 */
export interface HistoryWriter {
	write(record: HistoryRecord): void;
	/** Writes what is held back. */
	flush(): void;
	close(): void;
}

/**
 * The file: one line of JSON (`HistoryHeader`), then frames, each a varint with its length and then a record. A record is its
 * tag (`recordTag`), the microseconds since the record before, and its fields in the order of their declaration; numbers are
 * varints, those that may be negative zigzag; zxids of replies are told as the difference to the last one, calls as how far
 * they lie behind the last one; texts are interned (`text-memory`), Stats told by what changed (`stat-memory`).
 * Throws what the file system throws.
 */
export function createHistoryFile(path: string, header: HistoryHeader): HistoryWriter {
	const file = openSync(path, "w");
	const encoder = new RecordEncoder();
	writeSync(file, `${JSON.stringify(header)}\n`);
	const flush = () => {
		writeAll(file, encoder.sink.bytes.subarray(0, encoder.sink.length));
		encoder.sink.length = 0;
	};
	const write = (record: HistoryRecord) => {
		encoder.encode(record);
		if (encoder.sink.length >= flushBytes) flush();
	};
	const close = () => {
		flush();
		closeSync(file);
	};
	return { write, flush, close };
}

function writeAll(file: number, bytes: Buffer): void {
	let written = 0;
	while (written < bytes.length) written += writeSync(file, bytes, written);
}
