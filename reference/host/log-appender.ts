import { Writer } from "../lib/writer.js";
import { logName } from "../log/file-names.js";
import { paddedBytes, writeLogHeader, writeRecord } from "../log/log-file.js";
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
 * 1. At most one flush is under way; what is appended meanwhile waits for the next one.
 * 2. A zxid is reported as flushed only by the end of a flush that began after its bytes were handed to the disk.
 */
export class LogAppender {
	readonly #disk: Disk;
	readonly #preAllocBytes: number;
	readonly #batch = new Writer(1 << 16);
	#file: CurrentFile | undefined;
	#appended: Zxid | undefined;
	#flush: Flush | undefined;
	#ticket = 0;

	constructor(disk: Disk, preAllocBytes: number) {
		this.#disk = disk;
		this.#preAllocBytes = preAllocBytes;
	}

	/** Nothing waits for the disk. */
	get idle(): boolean {
		return this.#flush === undefined && this.#appended === undefined;
	}

	/** Of the present file, what waits to be written included. */
	get fileBytes(): number {
		return (this.#file?.positionBytes ?? 0) + this.#batch.length;
	}

	append(entry: LogEntry): void {
		this.#file ??= this.#begin(entry.header.zxid);
		writeRecord(this.#batch, entry);
		this.#appended = entry.header.zxid;
	}

	/** Hands the batch to the disk and starts a flush if none is under way. */
	commit(): void {
		this.#write();
		if (this.#appended === undefined || this.#flush !== undefined) return;
		this.#flush = { ticket: ++this.#ticket, zxid: this.#appended };
		this.#appended = undefined;
		this.#disk.flush(this.#flush.ticket);
	}

	/** The last zxid that is safe now; undefined for a ticket that is not of the flush under way. */
	flushed(ticket: number): Zxid | undefined {
		if (this.#flush?.ticket !== ticket) return undefined;
		const { zxid } = this.#flush;
		this.#flush = undefined;
		return zxid;
	}

	/** The next entry begins a new file. */
	roll(): void {
		this.#write();
		if (this.#file !== undefined) this.#disk.finish(this.#file.name);
		this.#file = undefined;
	}

	#begin(first: Zxid): CurrentFile {
		const name = logName(first);
		this.#disk.create(name);
		writeLogHeader(this.#batch);
		return { name, positionBytes: 0, sizeBytes: 0 };
	}

	/** The records go before the padding: a crash between the two must not leave a header of zeros. */
	#write(): void {
		const file = this.#file;
		if (file === undefined || this.#batch.length === 0) return;
		this.#disk.append(file.name, this.#batch.bytes());
		file.positionBytes += this.#batch.length;
		this.#batch.clear();
		const writtenBytes = Math.max(file.sizeBytes, file.positionBytes);
		const sizeBytes = paddedBytes(file.positionBytes, writtenBytes, this.#preAllocBytes);
		if (sizeBytes > writtenBytes) this.#disk.extend(file.name, sizeBytes);
		file.sizeBytes = sizeBytes;
	}
}
