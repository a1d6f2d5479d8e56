import { counterOf, epochOf, type Zxid } from "../model/ids.js";
import { logFiles } from "./file-names.js";
import { logHeaderBytes, readLog } from "./log-file.js";
import type { SourceFolder } from "./restore.js";

/** The last record at or before some zxid. */
export interface LastRecord {
	readonly file: string;
	/** Undefined when the file begins with a later one. */
	readonly zxid: Zxid | undefined;
	/** Where the next record begins. */
	readonly endBytes: number;
	/** There is a next record. */
	readonly followed: boolean;
}

/** An entry with the bytes it was read from. */
export interface LoggedBody {
	readonly zxid: Zxid;
	readonly body: Uint8Array;
}

/**
 * Looks for the last record at or before `upTo` in the file that would hold it; undefined when there is no such file.
 * @throws DamagedFileError
 */
export function lastRecordUpTo(logs: SourceFolder, upTo: Zxid, bodyBytesMax: number): LastRecord | undefined {
	const file = logFiles(logs.list()).findLast((each) => each.zxid <= upTo)?.name;
	if (file === undefined) return undefined;
	let found: Pick<LastRecord, "zxid" | "endBytes"> = { zxid: undefined, endBytes: logHeaderBytes };
	for (const { entry, endBytes } of readLog(logs.source(file), bodyBytesMax)) {
		const { zxid } = entry.header;
		if (zxid > upTo) return { file, ...found, followed: true };
		found = { zxid, endBytes };
	}
	return { file, ...found, followed: false };
}

/** What `recordsAfter` looks for. */
export interface RecordsWanted {
	readonly after: Zxid;
	/** A snapshot of this history ends at `after`; else there must be a record of it. */
	readonly isBase: boolean;
	/** Of all bodies together. */
	readonly bytesMax: number;
	readonly bodyBytesMax: number;
}

/**
 * Every record behind `after` in the files, without a hole. Undefined when it can not be told that they follow it, or when
 * they come to more than `bytesMax`.
 * @throws DamagedFileError
 */
export function recordsAfter(logs: SourceFolder, wanted: RecordsWanted): LoggedBody[] | undefined {
	const { after, isBase, bytesMax, bodyBytesMax } = wanted;
	const files = logFiles(logs.list());
	const first = files.findLastIndex(({ zxid }) => zxid <= after);
	const found: LoggedBody[] = [];
	let last: Zxid | undefined = isBase ? after : undefined;
	let sizeBytes = 0;
	for (const { name } of files.slice(Math.max(first, 0))) {
		for (const { entry, body } of readLog(logs.source(name), bodyBytesMax)) {
			const { zxid } = entry.header;
			if (zxid < after || (isBase && zxid === after)) continue;
			if (last === undefined ? zxid !== after : !follows(last, zxid)) return undefined;
			if (last !== undefined) found.push({ zxid, body: body.slice() });
			last = zxid;
			sizeBytes += body.length;
			if (sizeBytes > bytesMax) return undefined;
		}
	}
	return last === undefined ? undefined : found;
}

/** Within an epoch zxids count by one, and every epoch begins with 1. */
export function follows(last: Zxid, next: Zxid): boolean {
	return next === last + 1 || (epochOf(next) > epochOf(last) && counterOf(next) === 1);
}
