import type { ByteSource } from "../../log/byte-source.js";
import { sourceOf } from "../../log/byte-source.js";
import { type Disk, DiskError, type DiskEvent } from "../disk.js";

interface MemoryFile {
	bytes: Uint8Array;
	/** Where the next append goes. */
	positionBytes: number;
}

type Files = ReadonlyMap<string, MemoryFile>;

/** A disk that forgets at a crash what was not flushed; flushes end when `finishFlushes` is called. */
export class MemoryDisk implements Disk {
	readonly #emit: (event: DiskEvent) => void;
	readonly #files: Map<string, MemoryFile>;
	#safe: Files;
	readonly #flushing: { ticket: number; files: Files }[] = [];
	#failure: string | undefined;

	constructor(emit: (event: DiskEvent) => void, files: Files = new Map()) {
		this.#emit = emit;
		this.#files = copyOf(files);
		this.#safe = copyOf(files);
	}

	list(): string[] {
		return [...this.#files.keys()];
	}

	source(file: string): ByteSource {
		const found = this.#files.get(file);
		if (found === undefined) throw new DiskError(`${file}: no such file`);
		return sourceOf(file, found.bytes.slice());
	}

	create(file: string): void {
		if (this.#failure === undefined) this.#files.set(file, { bytes: new Uint8Array(0), positionBytes: 0 });
	}

	append(file: string, bytes: Uint8Array): void {
		if (this.#failure !== undefined) return;
		const found = this.#mustFind(file);
		found.bytes = resized(found.bytes, Math.max(found.bytes.length, found.positionBytes + bytes.length));
		found.bytes.set(bytes, found.positionBytes);
		found.positionBytes += bytes.length;
	}

	extend(file: string, sizeBytes: number): void {
		if (this.#failure !== undefined) return;
		const found = this.#mustFind(file);
		found.bytes = resized(found.bytes, Math.max(found.bytes.length, sizeBytes));
	}

	finish(file: string): void {
		this.#mustFind(file);
	}

	truncate(file: string, sizeBytes: number): void {
		const found = this.#mustFind(file);
		found.bytes = found.bytes.slice(0, sizeBytes);
		found.positionBytes = Math.min(found.positionBytes, sizeBytes);
	}

	rename(from: string, to: string): void {
		this.#files.set(to, this.#mustFind(from));
		this.#files.delete(from);
	}

	remove(file: string): void {
		this.#files.delete(file);
	}

	flush(ticket: number): void {
		if (this.#failure === undefined) this.#flushing.push({ ticket, files: copyOf(this.#files) });
		else this.#emit({ type: "diskFailed", reason: this.#failure });
	}

	/** Ends the flushes that are under way, the oldest `count` of them. */
	finishFlushes(count = this.#flushing.length): void {
		for (const { ticket, files } of this.#flushing.splice(0, count)) {
			this.#safe = files;
			this.#emit({ type: "diskFlushed", ticket });
		}
	}

	/** From now on nothing is written any more, as on a full disk. */
	fail(reason: string): void {
		this.#failure = reason;
		this.#flushing.length = 0;
	}

	/**
	 * What a machine finds after losing power now. `share` draws from 0 to 1: how much of what was appended since the last
	 * flush got to each file, and whether a new name did.
	 */
	afterCrash(share: () => number): Files {
		const found = new Map<string, MemoryFile>();
		for (const [name, file] of this.#safe) found.set(name, tornOf(file, this.#files.get(name), share()));
		for (const [name, file] of this.#files) {
			if (!this.#safe.has(name) && share() < 0.5) found.set(name, tornOf(undefined, file, share()));
		}
		return found;
	}

	#mustFind(file: string): MemoryFile {
		const found = this.#files.get(file);
		if (found === undefined) throw new DiskError(`${file}: no such file`);
		return found;
	}
}

function tornOf(safe: MemoryFile | undefined, now: MemoryFile | undefined, share: number): MemoryFile {
	const kept = safe ?? { bytes: new Uint8Array(0), positionBytes: 0 };
	if (now === undefined || now.positionBytes <= kept.positionBytes) return kept;
	const positionBytes = kept.positionBytes + Math.floor(share * (now.positionBytes - kept.positionBytes));
	const bytes = resized(now.bytes.slice(0, positionBytes), Math.max(positionBytes, kept.bytes.length));
	return { bytes, positionBytes };
}

function resized(bytes: Uint8Array, sizeBytes: number): Uint8Array {
	if (sizeBytes === bytes.length) return bytes;
	const larger = new Uint8Array(sizeBytes);
	larger.set(bytes);
	return larger;
}

function copyOf(files: Files): Map<string, MemoryFile> {
	return new Map([...files].map(([name, file]) => [name, { ...file, bytes: file.bytes.slice() }]));
}
