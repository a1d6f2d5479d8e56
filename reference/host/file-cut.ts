import { logFiles, snapshotFiles } from "../log/file-names.js";
import { lastRecordUpTo } from "../log/record-search.js";
import type { Zxid } from "../model/ids.js";
import type { Step } from "./jobs.js";
import type { MemberParts } from "./member-parts.js";
import type { Storage } from "./storage.js";

/**
 * Takes parts out of the history on disk, in steps that each leave a history when a crash comes. The order is that of the
 * methods: `logsAfter`, `snapshotsAfter`, `before`.
 */
export class FileCut {
	readonly #parts: Pick<MemberParts, "logDisk" | "snapshotDisk" | "limits">;
	readonly #files: Storage;

	constructor(parts: Pick<MemberParts, "logDisk" | "snapshotDisk" | "limits">, files: Storage) {
		this.#parts = parts;
		this.#files = files;
	}

	/**
	 * Everything after `to` goes from the logs: file by file the newest, for in another order a crash would leave a hole; then
	 * the end of the file that holds `to`. A later snapshot, while it is there, hides all this.
	 */
	logsAfter(to: Zxid): Step[] {
		const { logDisk, limits } = this.#parts;
		this.#files.log.roll();
		const last = lastRecordUpTo(logDisk, to, limits.bodyBytesMax);
		const later = logFiles(logDisk.list()).filter(({ zxid }) => zxid > to);
		const remove = later.toReversed().map(({ name }) => this.#logStep(() => logDisk.remove(name)));
		const cut = this.#logStep(() => {
			if (last?.followed === true) logDisk.truncate(last.file, last.endBytes);
		});
		return [...remove, cut];
	}

	/**
	 * Snapshots of later states go when no log follows them any more, the newest first. Before that, the logs behind one could
	 * be replayed over an older one that they do not follow: what lies between may only have come as a snapshot.
	 */
	snapshotsAfter(to: Zxid): Step[] {
		const { snapshotDisk } = this.#parts;
		const later = snapshotFiles(snapshotDisk.list()).filter(({ zxid }) => zxid > to);
		return later.toReversed().map(({ name }) => this.#snapshotStep(() => snapshotDisk.remove(name)));
	}

	/** Logs and snapshots that the snapshot at `at` has made useless; in any order, for a restart does not look at them. */
	before(at: Zxid): Step[] {
		const { logDisk, snapshotDisk } = this.#parts;
		const snapshots = snapshotFiles(snapshotDisk.list()).filter(({ zxid }) => zxid < at);
		const logs = logFiles(logDisk.list()).filter(({ zxid }) => zxid <= at);
		return [
			this.#snapshotStep(() => {
				for (const { name } of snapshots) snapshotDisk.remove(name);
			}),
			this.#logStep(() => {
				for (const { name } of logs) logDisk.remove(name);
			}),
		];
	}

	#logStep(work: () => void): Step {
		return (next) => {
			work();
			this.#files.logFlushes.flush(next);
		};
	}

	#snapshotStep(work: () => void): Step {
		return (next) => {
			work();
			this.#files.snapshotFlushes.flush(next);
		};
	}
}
