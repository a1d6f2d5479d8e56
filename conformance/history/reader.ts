import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { ByteCursor, ShortBytesError } from "./byte-cursor.js";
import type { History } from "./history.js";
import { HistoryBuilder } from "./history-builder.js";
import type { HistoryHeader, HistoryRecord } from "./record.js";
import { HistoryFormatError, RecordDecoder } from "./record-decoder.js";

const chunkBytes = 1 << 20;
const headerBytesMax = 1 << 20;
const newline = 0x0a;
/** What a call and its reply take in most histories; and a bound on what is made ready for a file of large data. */
const callBytes = 22;
const roomMax = 1 << 24;

/** A history's file that is being read, front to back. */
interface HistoryFile {
	readonly header: HistoryHeader;
	readonly sizeBytes: number;
	/** Ends before a last record that is not whole. */
	records(): Generator<HistoryRecord>;
	/** As `records`, without what a generator costs for each of millions. */
	forEach(take: (record: HistoryRecord) => void): void;
	close(): void;
}

/**
 * Opens what `createHistoryFile` wrote. Throws `HistoryFormatError` for a file that is none, and what the file system throws.
 */
export function openHistoryFile(path: string): HistoryFile {
	const source = new ByteSource(path);
	try {
		const header = headerOf(source.line());
		return {
			header,
			sizeBytes: source.sizeBytes,
			records: () => decodeAll(source),
			forEach: (take) => takeAll(source, take),
			close: () => source.close(),
		};
	} catch (error) {
		source.close();
		throw error;
	}
}

/** Reads a whole file into memory. Throws as `openHistoryFile`, and `HistoryError` for records that contradict each other. */
export function readHistory(path: string): History {
	const file = openHistoryFile(path);
	try {
		const builder = new HistoryBuilder(file.header, Math.min(Math.ceil(file.sizeBytes / callBytes), roomMax));
		file.forEach((record) => {
			builder.add(record);
		});
		return builder.done();
	} finally {
		file.close();
	}
}

/** Throws `HistoryFormatError`. */
export function headerOf(line: string | undefined): HistoryHeader {
	const header = line?.startsWith("{") ? maybeJson(line) : undefined;
	const format = typeof header === "object" && header !== null && "format" in header ? header.format : undefined;
	if (format === "zkspec history/1") return header as HistoryHeader;
	const known = typeof format === "string" && format.startsWith("zkspec history/");
	throw new HistoryFormatError(known ? `is a ${format}, this version reads zkspec history/1` : "is not a history");
}

function maybeJson(line: string): unknown {
	try {
		return JSON.parse(line);
	} catch (error) {
		if (error instanceof SyntaxError) return undefined;
		throw error;
	}
}

function* decodeAll(source: ByteSource): Generator<HistoryRecord> {
	const decoder = new RecordDecoder(source.cursor);
	while (source.nextFrame()) {
		const record = decodeFrame(decoder, source);
		if (record !== undefined) yield record;
	}
}

function takeAll(source: ByteSource, take: (record: HistoryRecord) => void): void {
	const decoder = new RecordDecoder(source.cursor);
	while (source.nextFrame()) {
		const record = decodeFrame(decoder, source);
		if (record !== undefined) take(record);
	}
}

function decodeFrame(decoder: RecordDecoder, source: ByteSource): HistoryRecord | undefined {
	try {
		return decoder.decode();
	} catch (error) {
		if (error instanceof ShortBytesError) throw new HistoryFormatError(`damaged before byte ${source.offset}`);
		throw error;
	}
}

/** The bytes of a file, of which a whole frame is in memory at a time. */
class ByteSource {
	/** Stands within the frame that `nextFrame` found. */
	readonly cursor = new ByteCursor();
	readonly #file: number;
	#buffer = Buffer.allocUnsafe(chunkBytes);
	#start = 0;
	#end = 0;
	#readBytes = 0;

	constructor(path: string) {
		this.#file = openSync(path, "r");
	}

	get sizeBytes(): number {
		return fstatSync(this.#file).size;
	}

	/** Where in the file the next frame begins. */
	get offset(): number {
		return this.#readBytes - (this.#end - this.#start);
	}

	/** The first line; undefined if there is none within the bound. */
	line(): string | undefined {
		let length = -1;
		while (length < 0 && this.#end - this.#start < headerBytesMax) {
			if (!this.#more()) return undefined;
			length = this.#buffer.subarray(this.#start, this.#end).indexOf(newline);
		}
		if (length < 0) return undefined;
		const line = this.#buffer.toString("utf8", this.#start, this.#start + length);
		this.#start += length + 1;
		return line;
	}

	/** False at the end of the file, or before a frame that is not whole. */
	nextFrame(): boolean {
		for (;;) {
			const size = this.#frameSize();
			if (size !== undefined && this.#start + size.head + size.body <= this.#end) {
				this.cursor.bytes = this.#buffer;
				this.cursor.position = this.#start + size.head;
				this.cursor.end = this.cursor.position + size.body;
				this.#start = this.cursor.end;
				return true;
			}
			if (!this.#more()) return false;
		}
	}

	close(): void {
		closeSync(this.#file);
	}

	#frameSize(): { head: number; body: number } | undefined {
		let body = 0;
		for (let head = 0, factor = 1; this.#start + head < this.#end; head++, factor *= 128) {
			const byte = this.#buffer[this.#start + head] as number;
			if (byte < 0x80) return { head: head + 1, body: body + byte * factor };
			body += (byte & 0x7f) * factor;
		}
		return undefined;
	}

	#more(): boolean {
		this.#buffer.copy(this.#buffer, 0, this.#start, this.#end);
		this.#end -= this.#start;
		this.#start = 0;
		if (this.#end === this.#buffer.length) this.#buffer = Buffer.concat([this.#buffer], this.#buffer.length * 2);
		const count = readSync(this.#file, this.#buffer, this.#end, this.#buffer.length - this.#end, null);
		this.#end += count;
		this.#readBytes += count;
		return count > 0;
	}
}
