import { type ByteSource, sourceOf } from "../../log/byte-source.js";
import { type Disk, DiskError, type DiskEvent } from "../disk.js";

interface Content {
	readonly bytes: Uint8Array;
	/** Where the next append goes. */
	readonly positionBytes: number;
}

interface MemoryFile {
	now: Content;
	/** What a crash can not take any more. */
	safe: Content;
}

/** A flush under way: the names and contents that it will make safe. */
interface Flush {
	readonly ticket: number;
	readonly names: ReadonlyMap<string, MemoryFile>;
	readonly contents: readonly (readonly [MemoryFile, Content])[];
}

const nothing: Content = { bytes: new Uint8Array(0), positionBytes: 0 };

/** A disk that forgets at a crash what was not flushed; flushes end when `finishFlushes` is called. */
export class MemoryDisk implements Disk {
	readonly #emit: (event: DiskEvent) => void;
	readonly #files = new Map<string, MemoryFile>();
	#safeNames: ReadonlyMap<string, MemoryFile>;
	readonly #flushing: Flush[] = [];
	#failure: string | undefined;

	constructor(emit: (event: DiskEvent) => void, found: ReadonlyMap<string, Uint8Array> = new Map()) {
		this.#emit = emit;
		for (const [name, bytes] of found) {
			const content = { bytes, positionBytes: bytes.length };
			this.#files.set(name, { now: content, safe: content });
		}
		this.#safeNames = new Map(this.#files);
	}

	list(): string[] {
		return [...this.#files.keys()];
	}

	source(file: string): ByteSource {
		return sourceOf(file, this.#mustFind(file).now.bytes);
	}

	create(file: string): void {
		if (this.#failure === undefined) this.#files.set(file, { now: nothing, safe: nothing });
	}

	append(file: string, added: Uint8Array): void {
		this.#change(file, ({ bytes, positionBytes }) => {
			const end = positionBytes + added.length;
			const longer = resized(bytes, Math.max(bytes.length, end));
			longer.set(added, positionBytes);
			return { bytes: longer, positionBytes: end };
		});
	}

	extend(file: string, sizeBytes: number): void {
		this.#change(file, ({ bytes, positionBytes }) => {
			return { bytes: resized(bytes, Math.max(bytes.length, sizeBytes)), positionBytes };
		});
	}

	finish(file: string): void {
		this.#change(file, (content) => content);
	}

	truncate(file: string, sizeBytes: number): void {
		this.#change(file, ({ bytes, positionBytes }) => {
			return { bytes: bytes.slice(0, sizeBytes), positionBytes: Math.min(positionBytes, sizeBytes) };
		});
	}

	rename(from: string, to: string): void {
		if (this.#failure !== undefined) return;
		this.#files.set(to, this.#mustFind(from));
		this.#files.delete(from);
	}

	remove(file: string): void {
		if (this.#failure === undefined) this.#files.delete(file);
	}

	flush(ticket: number): void {
		if (this.#failure !== undefined) this.#emit({ type: "diskFailed", reason: this.#failure });
		const contents = [...this.#files.values()].map((file) => [file, file.now] as const);
		if (this.#failure === undefined) this.#flushing.push({ ticket, names: new Map(this.#files), contents });
	}

	/** Ends the flushes that are under way, the oldest `count` of them. */
	finishFlushes(count = this.#flushing.length): void {
		for (const { ticket, names, contents } of this.#flushing.splice(0, count)) {
			this.#safeNames = names;
			for (const [file, content] of contents) file.safe = content;
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
	afterCrash(share: () => number): ReadonlyMap<string, Uint8Array> {
		const found = new Map<string, Uint8Array>();
		for (const [name, file] of this.#safeNames) found.set(name, tornOf(file, share()));
		for (const [name, file] of this.#files) {
			if (!this.#safeNames.has(name) && share() < 0.5) found.set(name, tornOf(file, share()));
		}
		return found;
	}

	#change(file: string, change: (content: Content) => Content): void {
		if (this.#failure !== undefined) return;
		const found = this.#mustFind(file);
		found.now = change(found.now);
	}

	#mustFind(file: string): MemoryFile {
		const found = this.#files.get(file);
		if (found === undefined) throw new DiskError(`${file}: no such file`);
		return found;
	}
}

function tornOf({ safe, now }: MemoryFile, share: number): Uint8Array {
	if (now.positionBytes <= safe.positionBytes) return safe.bytes;
	const endBytes = safe.positionBytes + Math.floor(share * (now.positionBytes - safe.positionBytes));
	return resized(now.bytes.subarray(0, endBytes), Math.max(endBytes, safe.bytes.length));
}

/** A copy, cut or filled up with zeros. */
function resized(bytes: Uint8Array, sizeBytes: number): Uint8Array {
	const copy = new Uint8Array(sizeBytes);
	copy.set(bytes.subarray(0, sizeBytes));
	return copy;
}
