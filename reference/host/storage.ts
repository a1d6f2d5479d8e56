import { logFiles } from "../log/file-names.js";
import { retired } from "../log/retention.js";
import { isFinishedSnapshot } from "../log/snapshot-reader.js";
import type { SnapshotSubject } from "../log/snapshot-writer.js";
import { type Zxid, zxidZero } from "../model/ids.js";
import type { LogEntry } from "../model/txns.js";
import type { ServerState } from "../server/contract.js";
import type { Proposal } from "../zab/contract.js";
import type { Disk } from "./disk.js";
import { Flushes } from "./flushes.js";
import { LogAppender } from "./log-appender.js";
import { SnapshotTaker, unfinishedSuffix } from "./snapshot-taker.js";

export interface HostLimits {
	readonly preAllocBytes: number;
	/** Transactions between snapshots: half of it and a random share of the other half. */
	readonly snapCount: number;
	/** Bytes of log between snapshots, likewise; below 1: no limit. */
	readonly snapSizeBytes: number;
	/** A new log file begins beyond this size; below 1: only with a snapshot. */
	readonly logFileBytesMax: number;
	readonly snapRetainCount: number;
	/** Below 1: files are never retired. */
	readonly purgeIntervalMs: number;
}

export interface StorageParts {
	readonly logDisk: Disk;
	readonly snapshotDisk: Disk;
	readonly limits: HostLimits;
	readonly state: ServerState & { readonly replayedTxns: number; readonly replayedBytes: number };
	/** From 0 to 1, 1 excluded. */
	random(): number;
	/** Every entry appended up to this one is on disk. */
	onFlushed(upTo: Zxid): void;
}

/** The files of a server: log and snapshots, and how they follow each other. */
export class Storage {
	readonly logFlushes: Flushes;
	readonly snapshotFlushes: Flushes;
	readonly log: LogAppender;
	readonly snapshots: SnapshotTaker;
	/** What snapshots are taken of. */
	state: ServerState;
	/** Without the state: another one may take its place, and the first must not be kept for nothing. */
	readonly #parts: Omit<StorageParts, "state">;
	#flushedUpTo: Zxid = zxidZero;
	#txnsSinceSnapshot: number;
	#bytesSinceSnapshot: number;
	#snapshotDue: { readonly txns: number; readonly bytes: number };
	#purgeAtMs: number;

	constructor({ state, ...parts }: StorageParts) {
		this.#parts = parts;
		this.state = { tree: state.tree, sessions: state.sessions };
		this.logFlushes = new Flushes(parts.logDisk);
		this.snapshotFlushes = new Flushes(parts.snapshotDisk);
		this.log = new LogAppender(parts.logDisk, this.logFlushes, parts.limits.preAllocBytes, (upTo) => {
			this.#flushedUpTo = upTo;
			parts.onFlushed(upTo);
		});
		const isLogged = (upTo: Zxid): boolean => this.log.idle || this.#flushedUpTo >= upTo;
		this.snapshots = new SnapshotTaker(parts.snapshotDisk, this.snapshotFlushes, isLogged);
		this.#txnsSinceSnapshot = state.replayedTxns;
		this.#bytesSinceSnapshot = state.replayedBytes;
		this.#snapshotDue = this.#drawSnapshotDue();
		this.#purgeAtMs = parts.limits.purgeIntervalMs > 0 ? 0 : Number.POSITIVE_INFINITY;
	}

	/** On the monotonic clock: when `houseKeep` has something to do. */
	get purgeAtMs(): number {
		return this.#purgeAtMs;
	}

	/** What a crash left of a snapshot goes. */
	removeUnfinished(): void {
		const { snapshotDisk } = this.#parts;
		for (const name of snapshotDisk.list())
			if (/^snapshot\..*\.tmp$/.test(name) && name.endsWith(unfinishedSuffix)) snapshotDisk.remove(name);
	}

	append(entry: Proposal): void {
		const before = this.log.fileBytes;
		this.log.append(entry);
		this.#appended(before);
	}

	/** One that only this server needs: its bytes exist in the log alone. */
	appendEntry(entry: LogEntry): void {
		const before = this.log.fileBytes;
		this.log.appendEntry(entry);
		this.#appended(before);
	}

	#appended(fileBytesBefore: number): void {
		this.#txnsSinceSnapshot++;
		this.#bytesSinceSnapshot += this.log.fileBytes - fileBytesBefore;
	}

	/** Once a turn, behind everything appended: at most one flush begins. */
	commit(): void {
		const { logFileBytesMax } = this.#parts.limits;
		if (logFileBytesMax > 0 && this.log.fileBytes > logFileBytesMax) this.log.roll();
		this.log.commit();
	}

	houseKeep(nowMs: number): void {
		const due = this.#snapshotDue;
		const enough = this.#txnsSinceSnapshot >= due.txns || this.#bytesSinceSnapshot >= due.bytes;
		if (enough && !this.snapshots.busy) this.beginSnapshot(() => undefined);
		if (nowMs < this.#purgeAtMs) return;
		this.#purgeAtMs = nowMs + this.#parts.limits.purgeIntervalMs;
		this.#purge();
	}

	/** The log rolls first, so that once the snapshot is there, older files are no longer needed. */
	beginSnapshot(then: () => void): void {
		this.log.roll();
		this.#txnsSinceSnapshot = 0;
		this.#bytesSinceSnapshot = 0;
		this.#snapshotDue = this.#drawSnapshotDue();
		this.snapshots.begin(subjectOf(this.state), then);
	}

	/** Servers of an ensemble draw differently, so that they do not all write snapshots at the same time. */
	#drawSnapshotDue(): { txns: number; bytes: number } {
		const { snapCount, snapSizeBytes } = this.#parts.limits;
		const draw = (limit: number): number => limit / 2 + this.#parts.random() * (limit / 2);
		return { txns: draw(snapCount), bytes: snapSizeBytes > 0 ? draw(snapSizeBytes) : Number.POSITIVE_INFINITY };
	}

	#purge(): void {
		const { snapshotDisk, logDisk, limits } = this.#parts;
		const logs = logFiles(logDisk.list()).map(({ name }) => name);
		const isFinished = (name: string): boolean => isFinishedSnapshot(snapshotDisk.source(name));
		const old = retired(snapshotDisk.list(), logs, isFinished, limits.snapRetainCount);
		for (const name of old.snapshots) snapshotDisk.remove(name);
		for (const name of old.logs) logDisk.remove(name);
	}
}

/** The state as it is while the subject is walked. */
export function subjectOf({ tree, sessions }: ServerState): SnapshotSubject {
	return {
		zxid: tree.lastZxid,
		sessions: [...sessions].map(([id, timeoutMs]) => ({ id, timeoutMs })),
		*nodes() {
			for (const [path, { data, acl, stat }] of tree.walk()) yield { path, data, acl, stat };
		},
		digest: () => ({ zxid: tree.lastZxid, digest: tree.digest }),
	};
}
