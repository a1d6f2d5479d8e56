import type { ByteSource } from "../log/byte-source.js";

/** What comes back from a disk, in its own time. */
export type DiskEvent =
	/** Everything asked for before `flush(ticket)` survives a crash from now on. */
	| { readonly type: "diskFlushed"; readonly ticket: number }
	/** Nothing asked for since the last flush can be relied on, and the disk does nothing more. */
	| { readonly type: "diskFailed"; readonly reason: string };

/** Reading, listing or opening failed: there is nothing to start from. */
export class DiskError extends Error {
	override readonly name = "DiskError";
}

/**
 * One flat folder of files. Changes are asked for and never answered: they take effect in order, survive a crash only
 * after the next flush, and report a failure as an event. One contract suite holds for all disks.
 */
export interface Disk {
	/** @throws DiskError */
	list(): readonly string[];
	/** The file as it is now. Opening and reading throw DiskError. */
	source(file: string): ByteSource;
	/** A new empty file to append to; one of that name is replaced. */
	create(file: string): void;
	/** Writes after what was appended so far, which is before the end of an extended file. */
	append(file: string, bytes: Uint8Array): void;
	/** Sets space aside: zeros from the present end up to `sizeBytes`. */
	extend(file: string, sizeBytes: number): void;
	/** No more will be appended. */
	finish(file: string): void;
	truncate(file: string, sizeBytes: number): void;
	rename(from: string, to: string): void;
	remove(file: string): void;
	/** `diskFlushed` with this ticket follows once everything before is safe; flushes end in order. */
	flush(ticket: number): void;
}
