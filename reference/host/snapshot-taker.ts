import { snapshotName } from "../log/file-names.js";
import { type SnapshotSubject, writeSnapshot } from "../log/snapshot-writer.js";
import type { Disk } from "./disk.js";

/** Between two lines of these an event of the disk is waited for. */
type Stage =
	| { readonly type: "none" }
	| { readonly type: "writing"; readonly name: string; readonly slices: Generator<Uint8Array, void> }
	| { readonly type: "flushing"; readonly name: string; readonly ticket: number }
	| { readonly type: "naming"; readonly ticket: number };

/** Files of this kind are what a crash left of a snapshot. */
export const unfinishedSuffix = ".tmp";

/** Writes one snapshot at a time, a slice a turn; it gets its name when all of it is on disk. */
export class SnapshotTaker {
	readonly #disk: Disk;
	#stage: Stage = { type: "none" };
	#ticket = 0;

	constructor(disk: Disk) {
		this.#disk = disk;
	}

	get busy(): boolean {
		return this.#stage.type !== "none";
	}

	/** `advance` has something to do. */
	get writing(): boolean {
		return this.#stage.type === "writing";
	}

	begin(subject: SnapshotSubject): void {
		const name = snapshotName(subject.zxid);
		this.#disk.create(name + unfinishedSuffix);
		this.#stage = { type: "writing", name, slices: writeSnapshot(subject) };
	}

	/** One slice more. */
	advance(): void {
		if (this.#stage.type !== "writing") return;
		const { name, slices } = this.#stage;
		const slice = slices.next();
		if (slice.done !== true) {
			if (slice.value.length > 0) this.#disk.append(name + unfinishedSuffix, slice.value);
			return;
		}
		this.#disk.finish(name + unfinishedSuffix);
		this.#stage = { type: "flushing", name, ticket: ++this.#ticket };
		this.#disk.flush(this.#ticket);
	}

	/** True when the snapshot is complete and has its name for good. */
	flushed(ticket: number): boolean {
		const stage = this.#stage;
		if (stage.type === "flushing" && stage.ticket === ticket) {
			this.#disk.rename(stage.name + unfinishedSuffix, stage.name);
			this.#stage = { type: "naming", ticket: ++this.#ticket };
			this.#disk.flush(this.#ticket);
		} else if (stage.type === "naming" && stage.ticket === ticket) {
			this.#stage = { type: "none" };
			return true;
		}
		return false;
	}
}
