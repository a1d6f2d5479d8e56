import { type Zxid, zxid } from "../model/ids.js";

/** `log.<hex>`: the zxid is that of the first record. */
export const logName = (first: Zxid): string => `log.${first.toString(16)}`;

/** `snapshot.<hex>`: the zxid is the last one applied when the snapshot began. */
export const snapshotName = (last: Zxid): string => `snapshot.${last.toString(16)}`;

export interface NamedFile {
	readonly name: string;
	readonly zxid: Zxid;
}

/** The log files among `names`, oldest first. */
export function logFiles(names: readonly string[]): NamedFile[] {
	return named(names, /^log\.([0-9a-f]{1,16})$/);
}

/** The uncompressed snapshot files among `names`, oldest first; complete or not. */
export function snapshotFiles(names: readonly string[]): NamedFile[] {
	return named(names, /^snapshot\.([0-9a-f]{1,16})$/);
}

/** The compressed snapshot files among `names`, oldest first. */
export function compressedSnapshotFiles(names: readonly string[]): NamedFile[] {
	return named(names, /^snapshot\.([0-9a-f]{1,16})\.(?:gz|snappy)$/);
}

function named(names: readonly string[], pattern: RegExp): NamedFile[] {
	const files: NamedFile[] = [];
	for (const name of names) {
		const match = pattern.exec(name);
		if (match?.[1] !== undefined) files.push({ name, zxid: zxid(Number.parseInt(match[1], 16)) });
	}
	return files.sort((a, b) => a.zxid - b.zxid);
}
