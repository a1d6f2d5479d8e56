import { Arena } from "../lib/arena.js";
import { snapshotFiles } from "../log/file-names.js";
import { follows } from "../log/record-search.js";
import { type Restored, type RestoreOptions, restore, type SourceFolder } from "../log/restore.js";
import { type Zxid, zxid, zxidZero } from "../model/ids.js";
import { CommittedLog } from "../zab/committed-log.js";
import type { EnsembleConfig } from "../zab/ensemble-config.js";
import type { Disk } from "./disk.js";
import { readEpochs } from "./epoch-files.js";
import type { MemberStart } from "./member-parts.js";
import { maybeConfigIn } from "./proposed-config.js";

export interface MemberRestoreOptions extends Pick<RestoreOptions, "bodyBytesMax" | "trustEmpty" | "upTo"> {
	readonly commitLogCount: number;
}

/** State and recent history of a member. */
export interface RestoredHistory
	extends Restored,
		Pick<MemberStart, "committed" | "logBeginsAfter" | "settledConfig"> {}

/**
 * What a member of an ensemble knows after a restart.
 * @throws DamagedFileError when going on would lose what was acknowledged, or break a promise
 * @throws DiskError
 */
export function restoreMember(snapshotDisk: Disk, logDisk: Disk, options: MemberRestoreOptions): MemberStart {
	const restored = restoreHistory(snapshotDisk, logDisk, options);
	return { ...restored, ...readEpochs(snapshotDisk, restored.tree.lastZxid) };
}

/**
 * The state at `upTo`, or at the end of the log.
 * @throws DamagedFileError
 */
export function restoreHistory(
	snapshots: SourceFolder,
	logs: SourceFolder,
	options: MemberRestoreOptions,
): RestoredHistory {
	const committed = new CommittedLog(options.commitLogCount);
	const arena = new Arena();
	let settledConfig: EnsembleConfig | undefined;
	const restored = restore(snapshots, logs, {
		...options,
		onReplay({ txn }, tree) {
			if (txn.type === 16) settledConfig = maybeConfigIn(tree) ?? settledConfig;
		},
		onReplayed({ header }, body) {
			const last = committed.lastZxid;
			if (last !== undefined && !follows(last, header.zxid)) committed.clear();
			committed.push({ zxid: header.zxid, body: arena.keep(body) });
		},
	});
	return { ...restored, committed, settledConfig, logBeginsAfter: zxidOfSnapshot(restored.snapshot) };
}

/**
 * Files before the snapshot may be of another history: they are removed only after a leader's snapshot has replaced it, and
 * a crash may come between.
 */
function zxidOfSnapshot(name: string | undefined): Zxid {
	return name === undefined ? zxidZero : (snapshotFiles([name])[0]?.zxid ?? zxid(0));
}
