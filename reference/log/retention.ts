import { logFiles, snapshotFiles } from "./file-names.js";

/** The files that a restart could not need any more. */
export interface Retired {
	readonly snapshots: readonly string[];
	readonly logs: readonly string[];
}

/**
 * Keeps the newest `keep` finished snapshots and every log from the one that the oldest of them is replayed with.
 * With fewer finished snapshots nothing is retired.
 */
export function retired(
	snapshotNames: readonly string[],
	logNames: readonly string[],
	isFinished: (name: string) => boolean,
	keep: number,
): Retired {
	const snapshots = snapshotFiles(snapshotNames);
	const oldest = snapshots.filter(({ name }) => isFinished(name)).at(-keep);
	if (oldest === undefined) return { snapshots: [], logs: [] };
	const logs = logFiles(logNames);
	const first = logs.findLast(({ zxid }) => zxid <= oldest.zxid)?.zxid ?? 0;
	return {
		snapshots: snapshots.filter(({ zxid }) => zxid < oldest.zxid).map(({ name }) => name),
		logs: logs.filter(({ zxid }) => zxid < first).map(({ name }) => name),
	};
}
