import { Writer } from "../lib/writer.js";
import { logName } from "../log/file-names.js";
import { logHeaderBytes, paddedBytes, writeLogHeader, writeRecord } from "../log/log-file.js";
import type { Zxid } from "../model/ids.js";
import type { LogEntry } from "../model/txns.js";
import type { Disk } from "./disk.js";

interface CurrentFile {
	readonly name: string;
	positionBytes: number;
	sizeBytes: number;
}

/** The flush under way, and the last transaction that it makes safe. */
interface Flush {
	readonly ticket: number;
	readonly zxid: Zxid;
}

/**
 * Writes the transaction log with group commit.
 *
 * 1. At most one flush is under way; what is appended meanwhile stays in memory and goes into the next one.
 * 2. A zxid is reported as flushed only by the end of a flush that began after its bytes were handed to the disk.
 * 3. A file gets its first byte only when all of the one before is safe: else a crash could keep the later one alone.
 */
export class LogAppender {
	readonly #disk: Disk;
	readonly #preAllocBytes: number;
	readonly #batch = new Writer(1 << 16);
	#file: CurrentFile | undefined;
	/** First and last entry of the batch. */
	#batched: { readonly first: Zxid; last: Zxid } | undefined;
	#flush: Flush | undefined;
	#ticket = 0;

	constructor(disk: Disk, preAllocBytes: number) {
		this.#disk = disk;
		this.#preAllocBytes = preAllocBytes;
	}

	/** Nothing waits for the disk. */
	get idle(): boolean {
		return this.#flush === undefined && this.#batched === undefined;
	}

	/** Of the present file, what waits to be written included. */
	get fileBytes(): number {
		return (this.#file?.positionBytes ?? 0) + this.#batch.length;
	}

	append(entry: LogEntry): void {
		const { zxid } = entry.header;
		writeRecord(this.#batch, entry);
		if (this.#batched === undefined) this.#batched = { first: zxid, last: zxid };
		else this.#batched.last = zxid;
	}

	/** Hands the batch to the disk and starts a flush, unless one is under way. */
	commit(): void {
		if (this.#batched === undefined || this.#flush !== undefined) return;
		this.#file ??= this.#begin(this.#batched.first);
		this.#write(this.#file, this.#batch.bytes());
		this.#flush = { ticket: ++this.#ticket, zxid: this.#batched.last };
		this.#batch.clear();
		this.#batched = undefined;
		this.#disk.flush(this.#flush.ticket);
	}

	/** The last zxid that is safe now; undefined for a ticket that is not of the flush under way. */
	flushed(ticket: number): Zxid | undefined {
		if (this.#flush?.ticket !== ticket) return undefined;
		const { zxid } = this.#flush;
		this.#flush = undefined;
		return zxid;
	}

	/** The next batch begins a new file. */
	roll(): void {
		if (this.#file !== undefined) this.#disk.finish(this.#file.name);
		this.#file = undefined;
	}

	#begin(first: Zxid): CurrentFile {
		const file = { name: logName(first), positionBytes: 0, sizeBytes: 0 };
		this.#disk.create(file.name);
		return file;
	}

	/** The records go before the padding: a crash between the two must not leave a header of zeros. */
	#write(file: CurrentFile, records: Uint8Array): void {
		const bytes = file.positionBytes === 0 ? withHeader(records) : records;
		this.#disk.append(file.name, bytes);
		file.positionBytes += bytes.length;
		const writtenBytes = Math.max(file.sizeBytes, file.positionBytes);
		file.sizeBytes = paddedBytes(file.positionBytes, writtenBytes, this.#preAllocBytes);
		if (file.sizeBytes > writtenBytes) this.#disk.extend(file.name, file.sizeBytes);
	}
}

function withHeader(records: Uint8Array): Uint8Array {
	const writer = new Writer(logHeaderBytes + records.length);
	writeLogHeader(writer);
	return writer.raw(records).bytes();
}
