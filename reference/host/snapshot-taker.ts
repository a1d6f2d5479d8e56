import { assert } from "../lib/assert.js";
import { snapshotName } from "../log/file-names.js";
import { type SnapshotSubject, writeSnapshot } from "../log/snapshot-writer.js";
import type { Zxid } from "../model/ids.js";
import type { Disk } from "./disk.js";
import type { Flushes } from "./flushes.js";

/** Between two lines of these an event is waited for. */
type Stage =
	| { readonly type: "none" }
	| { readonly type: "writing"; readonly subject: SnapshotSubject; readonly slices: Generator<Uint8Array, void> }
	| { readonly type: "flushing" | "naming" }
	| { readonly type: "unlogged"; readonly name: string; readonly upTo: Zxid };

/** Files of this kind are what a crash left of a snapshot. */
export const unfinishedSuffix = ".tmp";

/**
 * Writes one snapshot at a time, a slice a turn; it gets its name when all of it is on disk.
 *
 * 1. A name promises that the log goes on behind it: what was applied while the snapshot was written is logged by then. A
 *    learner applies what a quorum has, and may still be writing it itself: a crash would leave effects that nobody repairs.
 */
export class SnapshotTaker {
	readonly #disk: Disk;
	readonly #flushes: Flushes;
	readonly #isLogged: (upTo: Zxid) => boolean;
	#stage: Stage = { type: "none" };
	#then: () => void = () => undefined;

	constructor(disk: Disk, flushes: Flushes, isLogged: (upTo: Zxid) => boolean) {
		this.#disk = disk;
		this.#flushes = flushes;
		this.#isLogged = isLogged;
	}

	get busy(): boolean {
		return this.#stage.type !== "none";
	}

	/** `advance` has something to do. */
	get writing(): boolean {
		return this.#stage.type === "writing";
	}

	/** `then` is called when the snapshot is complete and has its name for good. */
	begin(subject: SnapshotSubject, then: () => void): void {
		assert(!this.busy, "one snapshot at a time");
		this.#then = then;
		this.#disk.create(snapshotName(subject.zxid) + unfinishedSuffix);
		this.#stage = { type: "writing", subject, slices: writeSnapshot(subject) };
	}

	/** Forgets a snapshot that is still being written. */
	drop(): void {
		if (this.#stage.type !== "writing") return;
		const file = snapshotName(this.#stage.subject.zxid) + unfinishedSuffix;
		this.#disk.finish(file);
		this.#disk.remove(file);
		this.#stage = { type: "none" };
	}

	/** One slice more. */
	advance(): void {
		if (this.#stage.type === "unlogged") this.#name(this.#stage);
		if (this.#stage.type !== "writing") return;
		const { subject, slices } = this.#stage;
		const name = snapshotName(subject.zxid);
		const slice = slices.next();
		if (slice.done === true) this.#flush(name, subject.digest().zxid);
		else if (slice.value.length > 0) this.#disk.append(name + unfinishedSuffix, slice.value);
	}

	#flush(name: string, upTo: Zxid): void {
		this.#disk.finish(name + unfinishedSuffix);
		this.#stage = { type: "flushing" };
		this.#flushes.flush(() => this.#name({ type: "unlogged", name, upTo }));
	}

	#name(stage: Extract<Stage, { type: "unlogged" }>): void {
		this.#stage = stage;
		if (!this.#isLogged(stage.upTo)) return;
		this.#disk.rename(stage.name + unfinishedSuffix, stage.name);
		this.#stage = { type: "naming" };
		this.#flushes.flush(() => {
			this.#stage = { type: "none" };
			this.#then();
		});
	}
}
