import { type Disk, DiskError, type DiskEvent } from "../host/disk.js";
import { assert } from "../lib/assert.js";
import { type ByteSource, sourceOf } from "../log/byte-source.js";
import type { Random } from "./random.js";

/** The first `positionBytes` of `bytes`, then zeros up to `sizeBytes`. Bytes before the position are never overwritten. */
interface Content {
	readonly bytes: Uint8Array;
	readonly positionBytes: number;
	readonly sizeBytes: number;
}

interface SimFile {
	now: Content;
	/** What a crash can not take any more. */
	safe: Content;
}

type NameChange =
	| { readonly type: "link"; readonly name: string; readonly file: SimFile }
	| { readonly type: "unlink"; readonly name: string }
	| { readonly type: "rename"; readonly from: string; readonly to: string; readonly file: SimFile };

/** What a flush under way will make safe. */
interface Flush {
	readonly ticket: number;
	readonly names: readonly NameChange[];
	readonly contents: readonly (readonly [SimFile, Content])[];
}

/** Where a disk gets its time from, and whom it tells. */
export interface DiskWorld {
	/** Called before every change: where a crash may come. */
	touched(): void;
	emit(event: DiskEvent): void;
	/** Called once a flush: `end` comes later, flushes end in the order in which they began. */
	endFlushLater(end: () => void): void;
}

/** Sees every change of a file as it is asked for. */
export interface DiskWatcher {
	created(name: string): void;
	/** The bytes stay as they are. */
	appended(name: string, bytes: Uint8Array, endBytes: number): void;
	truncated(name: string, sizeBytes: number): void;
	renamed(from: string, to: string): void;
	removed(name: string): void;
}

const nothing: Content = { bytes: new Uint8Array(0), positionBytes: 0, sizeBytes: 0 };

/** A disk in simulated time: it forgets at a crash what was not flushed, and may tear what was under way. */
export class SimDisk implements Disk {
	readonly #world: DiskWorld;
	readonly #watcher: DiskWatcher | undefined;
	readonly #files = new Map<string, SimFile>();
	readonly #safeNames: Map<string, SimFile>;
	readonly #flushing: Flush[] = [];
	#unflushedNames: NameChange[] = [];
	readonly #unflushedFiles = new Set<SimFile>();
	#failure: string | undefined;
	#roomBytes = Number.POSITIVE_INFINITY;
	#off = false;

	constructor(world: DiskWorld, found: ReadonlyMap<string, Uint8Array> = new Map(), watcher?: DiskWatcher) {
		this.#world = world;
		this.#watcher = watcher;
		for (const [name, bytes] of found) {
			const content = { bytes, positionBytes: bytes.length, sizeBytes: bytes.length };
			this.#files.set(name, { now: content, safe: content });
		}
		this.#safeNames = new Map(this.#files);
	}

	list(): string[] {
		return [...this.#files.keys()];
	}

	source(file: string): ByteSource {
		const { now } = this.#mustFind(file);
		return sourceOf(file, contentOf(now));
	}

	create(file: string): void {
		if (!this.#isAlive()) return;
		const created = { now: nothing, safe: nothing };
		this.#files.set(file, created);
		this.#unflushedNames.push({ type: "link", name: file, file: created });
		this.#watcher?.created(file);
	}

	append(file: string, added: Uint8Array): void {
		if (!this.#isAlive() || !this.#hasRoom(added.length)) return;
		const found = this.#mustFind(file);
		const { positionBytes, sizeBytes } = found.now;
		const end = positionBytes + added.length;
		const bytes = roomFor(found.now, end);
		bytes.set(added, positionBytes);
		found.now = { bytes, positionBytes: end, sizeBytes: Math.max(sizeBytes, end) };
		this.#unflushedFiles.add(found);
		this.#watcher?.appended(file, bytes.subarray(positionBytes, end), end);
	}

	extend(file: string, sizeBytes: number): void {
		if (!this.#isAlive()) return;
		const found = this.#mustFind(file);
		found.now = { ...found.now, sizeBytes: Math.max(found.now.sizeBytes, sizeBytes) };
		this.#unflushedFiles.add(found);
	}

	finish(file: string): void {
		if (this.#isAlive()) this.#mustFind(file);
	}

	truncate(file: string, sizeBytes: number): void {
		if (!this.#isAlive()) return;
		const found = this.#mustFind(file);
		// A buffer of its own: what is safe, or being made safe, may lie in the old one.
		const bytes = contentOf(found.now).slice(0, sizeBytes);
		found.now = {
			bytes,
			positionBytes: Math.min(found.now.positionBytes, sizeBytes),
			sizeBytes: Math.min(found.now.sizeBytes, sizeBytes),
		};
		this.#unflushedFiles.add(found);
		this.#watcher?.truncated(file, sizeBytes);
	}

	rename(from: string, to: string): void {
		if (!this.#isAlive()) return;
		const file = this.#mustFind(from);
		this.#files.set(to, file);
		this.#files.delete(from);
		this.#unflushedNames.push({ type: "rename", from, to, file });
		this.#watcher?.renamed(from, to);
	}

	remove(file: string): void {
		if (!this.#isAlive() || !this.#files.delete(file)) return;
		this.#unflushedNames.push({ type: "unlink", name: file });
		this.#watcher?.removed(file);
	}

	flush(ticket: number): void {
		if (this.#off) return;
		this.#world.touched();
		if (this.#failure !== undefined) {
			this.#world.emit({ type: "diskFailed", reason: this.#failure });
			return;
		}
		const contents = [...this.#unflushedFiles].map((file) => [file, file.now] as const);
		this.#flushing.push({ ticket, names: this.#unflushedNames, contents });
		this.#unflushedNames = [];
		this.#unflushedFiles.clear();
		this.#world.endFlushLater(() => this.#endFlush());
	}

	/** Of this file, what a crash can not take. */
	safeBytes(name: string): number {
		return this.#safeNames.get(name)?.safe.positionBytes ?? 0;
	}

	/** Whether a crash can not take the name. */
	isNameSafe(name: string): boolean {
		return this.#safeNames.has(name);
	}

	/** What a crash would leave of a small file at least; undefined when its name is not safe. */
	safeContent(name: string): Uint8Array | undefined {
		const file = this.#safeNames.get(name);
		return file && contentOf(file.safe);
	}

	/** From now on every flush fails; what was being flushed may be lost. */
	fail(reason: string): void {
		this.#failure ??= reason;
	}

	/** After so many bytes more the disk is full. */
	limit(roomBytes: number): void {
		this.#roomBytes = roomBytes;
	}

	/** The process is gone: nothing is told any more. */
	turnOff(): void {
		this.#off = true;
	}

	/**
	 * What is found after the process was killed: everything that it asked for, even without a flush.
	 */
	afterKill(): ReadonlyMap<string, Uint8Array> {
		return new Map([...this.#files].map(([name, { now }]) => [name, contentOf(now)]));
	}

	/**
	 * What is found after power was lost: of the changes since the last flush, names got there in their order up to some
	 * point, or each or not; contents up to some byte, the rest of the file missing or zeros.
	 */
	afterPowerLoss(random: Random): ReadonlyMap<string, Uint8Array> {
		const names = new Map(this.#safeNames);
		const changes = [...this.#flushing.flatMap((flush) => flush.names), ...this.#unflushedNames];
		const inOrder = random.chance(0.5) ? random.between(0, changes.length) : undefined;
		for (const [index, change] of changes.entries())
			if (inOrder === undefined ? random.chance(0.5) : index < inOrder) perform(names, change);
		return new Map([...names].map(([name, file]) => [name, torn(file, random)]));
	}

	/** Before a change: false when it has no effect any more. */
	#isAlive(): boolean {
		if (!this.#off) this.#world.touched();
		return !this.#off && this.#failure === undefined;
	}

	#hasRoom(addedBytes: number): boolean {
		this.#roomBytes -= addedBytes;
		if (this.#roomBytes < 0) this.fail("no space left on device");
		return this.#roomBytes >= 0;
	}

	#endFlush(): void {
		if (this.#off) return;
		const flush = this.#flushing.shift();
		assert(flush !== undefined, "a flush that ends was begun");
		if (this.#failure !== undefined) {
			this.#world.emit({ type: "diskFailed", reason: this.#failure });
			return;
		}
		for (const change of flush.names) perform(this.#safeNames, change);
		for (const [file, content] of flush.contents) file.safe = content;
		this.#world.emit({ type: "diskFlushed", ticket: flush.ticket });
	}

	#mustFind(file: string): SimFile {
		const found = this.#files.get(file);
		if (found === undefined) throw new DiskError(`${file}: no such file`);
		return found;
	}
}

function perform(names: Map<string, SimFile>, change: NameChange): void {
	if (change.type === "link") {
		names.set(change.name, change.file);
	} else if (change.type === "unlink") {
		names.delete(change.name);
	} else {
		names.set(change.to, change.file);
		names.delete(change.from);
	}
}

function torn({ safe, now }: SimFile, random: Random): Uint8Array {
	if (safe === now) return contentOf(safe);
	if (now.positionBytes < safe.positionBytes) return contentOf(random.chance(0.5) ? safe : now);
	const added = now.positionBytes - safe.positionBytes;
	// The ends are the interesting cases: nothing, all of it, all but the last bytes.
	const kept = random.pick([0, added, Math.max(0, added - random.between(1, 8)), random.between(0, added)]);
	const positionBytes = safe.positionBytes + kept;
	const sizeBytes = random.chance(0.25) ? now.sizeBytes : Math.max(safe.sizeBytes, positionBytes);
	return contentOf({ bytes: now.bytes, positionBytes, sizeBytes });
}

/** A copy. */
function contentOf({ bytes, positionBytes, sizeBytes }: Content): Uint8Array {
	const copy = new Uint8Array(sizeBytes);
	copy.set(bytes.subarray(0, positionBytes));
	return copy;
}

/** The same bytes in a buffer that reaches to `end`; grows by doubling. */
function roomFor({ bytes, positionBytes }: Content, end: number): Uint8Array {
	if (bytes.length >= end) return bytes;
	const larger = new Uint8Array(Math.max(end, 2 * bytes.length, 512));
	larger.set(bytes.subarray(0, positionBytes));
	return larger;
}
