import { limits } from "../lib/limits.js";
import { Writer } from "../lib/writer.js";
import { logName } from "../log/file-names.js";
import { logHeaderBytes, paddedBytes, writeEntryRecord, writeLogHeader, writeRecord } from "../log/log-file.js";
import type { Zxid } from "../model/ids.js";
import type { LogEntry } from "../model/txns.js";
import type { Proposal } from "../zab/contract.js";
import type { Disk } from "./disk.js";
import type { Flushes } from "./flushes.js";

interface CurrentFile {
	readonly name: string;
	positionBytes: number;
	sizeBytes: number;
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
	readonly #flushes: Flushes;
	readonly #preAllocBytes: number;
	readonly #onFlushed: (upTo: Zxid) => void;
	#batch = new Writer();
	#file: CurrentFile | undefined;
	/** First and last entry of the batch. */
	#batched: { readonly first: Zxid; last: Zxid } | undefined;
	#flushing = false;

	/** `onFlushed` hears of the last zxid that is safe at the end of each flush. */
	constructor(disk: Disk, flushes: Flushes, preAllocBytes: number, onFlushed: (upTo: Zxid) => void) {
		this.#disk = disk;
		this.#flushes = flushes;
		this.#preAllocBytes = preAllocBytes;
		this.#onFlushed = onFlushed;
	}

	/** Nothing waits for the disk. */
	get idle(): boolean {
		return !this.#flushing && this.#batched === undefined;
	}

	/** Of the present file, what waits to be written included. */
	get fileBytes(): number {
		return (this.#file?.positionBytes ?? 0) + this.#batch.length;
	}

	append({ zxid, body }: Proposal): void {
		writeRecord(this.#batch, body);
		this.#note(zxid);
	}

	appendEntry(entry: LogEntry): void {
		writeEntryRecord(this.#batch, entry);
		this.#note(entry.header.zxid);
	}

	#note(zxid: Zxid): void {
		if (this.#batched === undefined) this.#batched = { first: zxid, last: zxid };
		else this.#batched.last = zxid;
	}

	/** Hands the batch to the disk and starts a flush, unless one is under way. */
	commit(): void {
		if (this.#batched === undefined || this.#flushing) return;
		const { first, last } = this.#batched;
		this.#file ??= this.#begin(first);
		this.#write(this.#file, this.#batch.bytes());
		if (this.#batch.capacityBytes > limits.keptWriteBytesMax) this.#batch = new Writer();
		this.#batch.clear();
		this.#batched = undefined;
		this.#flushing = true;
		this.#flushes.flush(() => {
			this.#flushing = false;
			this.#onFlushed(last);
		});
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
