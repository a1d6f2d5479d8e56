import { logFiles, snapshotFiles } from "../log/file-names.js";
import { lastRecordUpTo } from "../log/record-search.js";
import type { Zxid } from "../model/ids.js";
import type { Step } from "./jobs.js";
import type { MemberParts } from "./member-parts.js";
import type { Storage } from "./storage.js";

/**
 * Takes parts out of the history on disk, in steps that each leave a history when a crash comes: from the end towards the
 * beginning. The files are looked at when a step begins.
 */
export class FileCut {
	readonly #parts: Pick<MemberParts, "logDisk" | "snapshotDisk" | "limits">;
	readonly #files: Storage;

	constructor(parts: Pick<MemberParts, "logDisk" | "snapshotDisk" | "limits">, files: Storage) {
		this.#parts = parts;
		this.#files = files;
	}

	/**
	 * Everything after `to` goes: the snapshots first, for they would bring it all back; then log by log the newest, for in
	 * another order a crash would leave a hole; then the end of the file that holds `to`.
	 */
	after(to: Zxid): Step[] {
		const { logDisk, snapshotDisk } = this.#parts;
		this.#files.log.roll();
		const steps: Step[] = [];
		const snapshots = snapshotFiles(snapshotDisk.list()).filter(({ zxid }) => zxid > to);
		if (snapshots.length > 0)
			steps.push((next) => {
				for (const { name } of snapshots) snapshotDisk.remove(name);
				this.#files.snapshotFlushes.flush(next);
			});
		const logs = logFiles(logDisk.list()).filter(({ zxid }) => zxid > to);
		for (const { name } of logs.toReversed())
			steps.push((next) => {
				logDisk.remove(name);
				this.#files.logFlushes.flush(next);
			});
		return [...steps, ...this.#endOfFile(to)];
	}

	#endOfFile(to: Zxid): Step[] {
		const { logDisk, limits } = this.#parts;
		const last = lastRecordUpTo(logDisk, to, limits.bodyBytesMax);
		return [
			(next) => {
				if (last?.followed === true) logDisk.truncate(last.file, last.endBytes);
				this.#files.logFlushes.flush(next);
			},
		];
	}

	/** Logs and snapshots that the snapshot at `at` has made useless; in any order, for a restart does not look at them. */
	before(at: Zxid): Step[] {
		const { logDisk, snapshotDisk } = this.#parts;
		const snapshots = snapshotFiles(snapshotDisk.list()).filter(({ zxid }) => zxid < at);
		const logs = logFiles(logDisk.list()).filter(({ zxid }) => zxid <= at);
		return [
			(next) => {
				for (const { name } of snapshots) snapshotDisk.remove(name);
				this.#files.snapshotFlushes.flush(next);
			},
			(next) => {
				for (const { name } of logs) logDisk.remove(name);
				this.#files.logFlushes.flush(next);
			},
		];
	}
}
