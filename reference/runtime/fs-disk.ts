import * as fs from "node:fs";
import { join } from "node:path";
import { type Disk, DiskError, type DiskEvent } from "../host/disk.js";
import type { ByteSource } from "../log/byte-source.js";

interface OpenFile {
	readonly fd: number;
	positionBytes: number;
	sizeBytes: number;
	/** Written to since the last flush. */
	dirty: boolean;
	finished: boolean;
}

/** A folder of the file system; the folder must exist. `forceSync` false: a flush ends without waiting for the device. */
export class FsDisk implements Disk {
	readonly #folder: string;
	readonly #forceSync: boolean;
	readonly #emit: (event: DiskEvent) => void;
	readonly #open = new Map<string, OpenFile>();
	/** Names changed since the last flush: the folder itself must be synced too. */
	#namesDirty = false;
	/** Tickets that wait for the flush under way: a second one beside it would miss what the first has in hand. */
	readonly #waiting: number[] = [];
	#flushing = false;
	#failed = false;

	constructor(folder: string, forceSync: boolean, emit: (event: DiskEvent) => void) {
		this.#folder = folder;
		this.#forceSync = forceSync;
		this.#emit = emit;
	}

	list(): readonly string[] {
		return reading(() => fs.readdirSync(this.#folder));
	}

	source(file: string): ByteSource {
		const path = join(this.#folder, file);
		const { size } = reading(() => fs.statSync(path));
		return { name: path, sizeBytes: size, read: (offset, length) => reading(() => readAt(path, offset, length)) };
	}

	create(file: string): void {
		this.#writing(() => {
			const fd = fs.openSync(join(this.#folder, file), "w");
			this.#open.set(file, { fd, positionBytes: 0, sizeBytes: 0, dirty: true, finished: false });
			this.#namesDirty = true;
		});
	}

	append(file: string, bytes: Uint8Array): void {
		this.#writing(() => {
			const open = this.#mustBeOpen(file);
			writeAt(open.fd, bytes, open.positionBytes);
			open.positionBytes += bytes.length;
			open.sizeBytes = Math.max(open.sizeBytes, open.positionBytes);
			open.dirty = true;
		});
	}

	extend(file: string, sizeBytes: number): void {
		this.#writing(() => {
			const open = this.#mustBeOpen(file);
			if (sizeBytes <= open.sizeBytes) return;
			fs.ftruncateSync(open.fd, sizeBytes);
			open.sizeBytes = sizeBytes;
			open.dirty = true;
		});
	}

	finish(file: string): void {
		this.#writing(() => {
			this.#mustBeOpen(file).finished = true;
		});
	}

	truncate(file: string, sizeBytes: number): void {
		this.#writing(() => {
			const open = this.#open.get(file) ?? this.#reopen(file);
			fs.ftruncateSync(open.fd, sizeBytes);
			open.positionBytes = Math.min(open.positionBytes, sizeBytes);
			open.sizeBytes = sizeBytes;
			open.dirty = true;
		});
	}

	/** Until the next flush, which makes the new size safe. */
	#reopen(file: string): OpenFile {
		const fd = fs.openSync(join(this.#folder, file), "r+");
		const open = { fd, positionBytes: 0, sizeBytes: 0, dirty: true, finished: true };
		this.#open.set(file, open);
		return open;
	}

	rename(from: string, to: string): void {
		this.#writing(() => {
			fs.renameSync(join(this.#folder, from), join(this.#folder, to));
			this.#namesDirty = true;
		});
	}

	remove(file: string): void {
		this.#writing(() => {
			fs.rmSync(join(this.#folder, file), { force: true });
			this.#namesDirty = true;
		});
	}

	flush(ticket: number): void {
		this.#waiting.push(ticket);
		if (!this.#flushing) this.#flushNext();
	}

	#flushNext(): void {
		const ticket = this.#waiting.shift();
		this.#flushing = ticket !== undefined && !this.#failed;
		if (ticket === undefined || this.#failed) return;
		const steps = this.#forceSync ? this.#syncSteps() : [];
		this.#closeFinished(steps);
		this.#perform(steps, 0, () => {
			this.#emit({ type: "diskFlushed", ticket });
			this.#flushNext();
		});
	}

	#perform(steps: readonly Step[], index: number, done: () => void): void {
		const step = steps[index];
		if (step === undefined) done();
		else step((error) => (error ? this.#fail(error) : this.#perform(steps, index + 1, done)));
	}

	#syncSteps(): Step[] {
		const steps: Step[] = [];
		for (const open of this.#open.values()) {
			if (open.dirty) steps.push((done) => fs.fdatasync(open.fd, done));
			open.dirty = false;
		}
		if (this.#namesDirty) steps.push((done) => syncFolder(this.#folder, done));
		this.#namesDirty = false;
		return steps;
	}

	#closeFinished(steps: Step[]): void {
		for (const [file, open] of this.#open) {
			if (!open.finished) continue;
			this.#open.delete(file);
			steps.push((done) => fs.close(open.fd, done));
		}
	}

	#mustBeOpen(file: string): OpenFile {
		const open = this.#open.get(file);
		if (open === undefined) throw new DiskError(`${file} is not open`);
		return open;
	}

	#writing(change: () => void): void {
		if (this.#failed) return;
		try {
			change();
		} catch (error) {
			if (!isSystemError(error)) throw error;
			this.#fail(error);
		}
	}

	#fail(error: Error): void {
		if (this.#failed) return;
		this.#failed = true;
		this.#emit({ type: "diskFailed", reason: error.message });
	}
}

type Step = (done: (error: Error | null | undefined) => void) => void;

function readAt(path: string, offset: number, lengthBytes: number): Uint8Array {
	const fd = fs.openSync(path, "r");
	try {
		const bytes = new Uint8Array(lengthBytes);
		let at = 0;
		for (let got = -1; got !== 0 && at < lengthBytes; at += got) {
			got = fs.readSync(fd, bytes, at, lengthBytes - at, offset + at);
		}
		return bytes.subarray(0, at);
	} finally {
		fs.closeSync(fd);
	}
}

function writeAt(fd: number, bytes: Uint8Array, positionBytes: number): void {
	for (let at = 0; at < bytes.length; ) at += fs.writeSync(fd, bytes, at, bytes.length - at, positionBytes + at);
}

/** A new name survives a crash only when its folder was synced. */
function syncFolder(folder: string, done: (error: Error | null | undefined) => void): void {
	fs.open(folder, "r", (error, fd) => {
		if (error) return done(error);
		fs.fsync(fd, (syncError) => fs.close(fd, (closeError) => done(syncError ?? closeError)));
	});
}

function reading<T>(read: () => T): T {
	try {
		return read();
	} catch (error) {
		if (isSystemError(error)) throw new DiskError(error.message);
		throw error;
	}
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
	return error instanceof Error && "errno" in error;
}
