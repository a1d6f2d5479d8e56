import { intAt } from "../lib/reader.js";
import { logHeaderBytes } from "../log/log-file.js";
import { type Zxid, zxid } from "../model/ids.js";
import type { DiskWatcher } from "./sim-disk.js";

/** A transaction in a log file of one member. */
export interface Logged {
	readonly zxid: Zxid;
	readonly body: Uint8Array;
	readonly file: string;
	/** Where its record ends in the file. */
	readonly endBytes: number;
	/** The one before it in this member's log. */
	readonly before: Logged | undefined;
}

const recordHeadBytes = 12;
const zxidAt = 12;
const endMark = 0x42;

/** What stands in the log files of one member, read from the bytes on their way to the disk. */
export class LogWatch implements DiskWatcher {
	#entries = new Map<Zxid, Logged>();
	#last: Logged | undefined;

	/** Over what a disk holds when a process starts. */
	static over(found: ReadonlyMap<string, Uint8Array>): LogWatch {
		const watch = new LogWatch();
		const files = [...found].filter(([name]) => isLog(name)).map(([name, bytes]) => ({ name, bytes }));
		files.sort((one, other) => firstZxidOf(one.name) - firstZxidOf(other.name));
		for (const { name, bytes } of files) watch.appended(name, bytes, bytes.length);
		return watch;
	}

	get last(): Logged | undefined {
		return this.#last;
	}

	maybe(at: Zxid): Logged | undefined {
		return this.#entries.get(at);
	}

	created(name: string): void {
		this.removed(name);
	}

	appended(name: string, bytes: Uint8Array, endBytes: number): void {
		if (!isLog(name)) return;
		const startBytes = endBytes - bytes.length;
		let at = startBytes === 0 ? logHeaderBytes : 0;
		while (at + recordHeadBytes < bytes.length) {
			const length = intAt(bytes, at + 8);
			const end = at + recordHeadBytes + length + 1;
			if (length <= 0 || end > bytes.length || bytes[end - 1] !== endMark) return;
			this.#add(name, bytes.subarray(at + recordHeadBytes, end - 1), startBytes + end);
			at = end;
		}
	}

	truncated(name: string, sizeBytes: number): void {
		this.#keep((entry) => entry.file !== name || entry.endBytes <= sizeBytes);
	}

	renamed(): void {}

	removed(name: string): void {
		if (isLog(name)) this.#keep((entry) => entry.file !== name);
	}

	#add(file: string, body: Uint8Array, endBytes: number): void {
		const at = zxid(intAt(body, zxidAt) * 0x1_0000_0000 + (intAt(body, zxidAt + 4) >>> 0));
		this.#last = { zxid: at, body, file, endBytes, before: this.#last };
		this.#entries.set(at, this.#last);
	}

	#keep(isKept: (entry: Logged) => boolean): void {
		const kept = [...this.#entries.values()].filter(isKept);
		if (kept.length === this.#entries.size) return;
		this.#entries = new Map();
		this.#last = undefined;
		for (const { file, body, endBytes } of kept) this.#add(file, body, endBytes);
	}
}

function isLog(name: string): boolean {
	return name.startsWith("log.");
}

function firstZxidOf(name: string): number {
	return Number.parseInt(name.slice(4), 16);
}
