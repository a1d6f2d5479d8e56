import { unreachable } from "../lib/assert.js";
import { logFiles } from "../log/file-names.js";
import { retired } from "../log/retention.js";
import { isFinishedSnapshot } from "../log/snapshot-reader.js";
import type { SnapshotSubject } from "../log/snapshot-writer.js";
import type { LogEntry } from "../model/txns.js";
import type { Clock, ServerEffects, ServerEvent, ServerState } from "../server/contract.js";
import { noQuorum } from "../server/no-quorum.js";
import type { Disk, DiskEvent } from "./disk.js";
import { LinkWrites } from "./link-writes.js";
import { LogAppender } from "./log-appender.js";
import type { Network, NetworkEvent } from "./network.js";
import { SnapshotTaker, unfinishedSuffix } from "./snapshot-taker.js";

/** The server as the host sees it: events in, effects out, one number for time. */
export interface Machine {
	step(event: ServerEvent, clock: Clock): void;
	/** On the monotonic clock: when to step with "time" if nothing else happens. */
	readonly deadlineMs: number;
}

export type HostEvent =
	| NetworkEvent
	| { readonly type: "logDisk" | "snapshotDisk"; readonly event: DiskEvent }
	/** Finish what is under way, then end. */
	| { readonly type: "stop" };

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

export interface HostParts {
	readonly logDisk: Disk;
	readonly snapshotDisk: Disk;
	readonly network: Network;
	readonly limits: HostLimits;
	readonly state: ServerState & {
		/** The state is not in any snapshot yet. */
		readonly fresh: boolean;
		readonly replayedTxns: number;
		readonly replayedBytes: number;
	};
	clock(): Clock;
	/** From 0 to 1, 1 excluded. */
	random(): number;
	makeMachine(effects: ServerEffects): Machine;
	/** Something is in the inbox: call `turn` soon. */
	wake(): void;
	/** Clients may come: the state is on disk. */
	onReady(): void;
	onStopped(): void;
	/** The disk can not be relied on any more; nothing was acknowledged that is not safe, and nothing will be. */
	onDiskFailed(reason: string): void;
}

/** Turns events into steps of the server and its wishes into work for disk and network: one turn at a time. */
export class Host {
	readonly #parts: HostParts;
	readonly #machine: Machine;
	readonly #log: LogAppender;
	readonly #snapshots: SnapshotTaker;
	readonly #writes = new LinkWrites();
	#inbox: HostEvent[] = [];
	#phase: "starting" | "serving" | "stopping" | "ended" = "starting";
	#txnsSinceSnapshot: number;
	#bytesSinceSnapshot: number;
	#snapshotDue: { readonly txns: number; readonly bytes: number };
	#purgeAtMs = Number.POSITIVE_INFINITY;

	constructor(parts: HostParts) {
		this.#parts = parts;
		this.#log = new LogAppender(parts.logDisk, parts.limits.preAllocBytes);
		this.#snapshots = new SnapshotTaker(parts.snapshotDisk);
		this.#txnsSinceSnapshot = parts.state.replayedTxns;
		this.#bytesSinceSnapshot = parts.state.replayedBytes;
		this.#snapshotDue = this.#drawSnapshotDue();
		this.#machine = parts.makeMachine(this.#effects());
	}

	/** When to call `turn` if `wake` does not ask for it before; on the monotonic clock. */
	get deadlineMs(): number {
		if (this.#snapshots.writing) return 0;
		if (this.#phase !== "serving") return Number.POSITIVE_INFINITY;
		return Math.min(this.#machine.deadlineMs, this.#purgeAtMs);
	}

	/** Call once; `onReady` follows. */
	start(): void {
		const { snapshotDisk, limits, state } = this.#parts;
		for (const name of snapshotDisk.list())
			if (/^snapshot\..*\.tmp$/.test(name) && name.endsWith(unfinishedSuffix)) snapshotDisk.remove(name);
		if (limits.purgeIntervalMs > 0) this.#purgeAtMs = 0;
		if (state.fresh) this.#beginSnapshot();
		else this.#serve();
		this.#parts.wake();
	}

	post(event: HostEvent): void {
		this.#inbox.push(event);
		if (this.#inbox.length === 1) this.#parts.wake();
	}

	/** Drains the inbox, steps the server, performs what it asked for. */
	turn(): void {
		const clock = this.#parts.clock();
		const inbox = this.#inbox;
		this.#inbox = [];
		for (const event of inbox) this.#take(event, clock);
		if (this.#phase === "ended") return;
		if (this.#phase === "serving" && this.#machine.deadlineMs <= clock.nowMs)
			this.#machine.step({ type: "time" }, clock);
		this.#rollIfLong();
		this.#log.commit();
		this.#writes.perform(this.#parts.network);
		this.#snapshots.advance();
		if (this.#phase === "serving") this.#houseKeep(clock);
		if (this.#phase === "stopping" && this.#log.idle && this.#inbox.length === 0)
			this.#end(() => this.#parts.onStopped());
	}

	#take(event: HostEvent, clock: Clock): void {
		if (this.#phase === "ended") return;
		switch (event.type) {
			case "opened":
			case "closed":
				this.#machine.step(event, clock);
				return;
			case "connected":
				return;
			case "received":
				if (this.#phase === "serving") this.#machine.step(event, clock);
				return;
			case "logDisk":
			case "snapshotDisk":
				this.#takeDiskEvent(event.type, event.event, clock);
				return;
			case "stop":
				this.#phase = "stopping";
				return;
			default:
				unreachable(event);
		}
	}

	#takeDiskEvent(disk: "logDisk" | "snapshotDisk", event: DiskEvent, clock: Clock): void {
		if (event.type === "diskFailed") {
			this.#end(() => this.#parts.onDiskFailed(event.reason));
		} else if (disk === "logDisk") {
			const zxid = this.#log.flushed(event.ticket);
			if (zxid !== undefined) this.#machine.step({ type: "committed", upTo: zxid }, clock);
		} else if (this.#snapshots.flushed(event.ticket) && this.#phase === "starting") {
			this.#serve();
		}
	}

	#serve(): void {
		this.#phase = "serving";
		this.#parts.onReady();
	}

	#end(tell: () => void): void {
		this.#phase = "ended";
		tell();
	}

	#effects(): ServerEffects {
		return {
			...noQuorum,
			propose: (entry) => this.#append(entry),
			send: (link, bytes) => this.#writes.send(link, bytes),
			close: (link) => this.#writes.close(link),
			pause: (link) => this.#parts.network.pause(link),
			resume: (link) => this.#parts.network.resume(link),
		};
	}

	#append(entry: LogEntry): void {
		const before = this.#log.fileBytes;
		this.#log.append(entry);
		this.#txnsSinceSnapshot++;
		this.#bytesSinceSnapshot += this.#log.fileBytes - before;
	}

	#rollIfLong(): void {
		const { logFileBytesMax } = this.#parts.limits;
		if (logFileBytesMax > 0 && this.#log.fileBytes > logFileBytesMax) this.#log.roll();
	}

	#houseKeep(clock: Clock): void {
		const due = this.#snapshotDue;
		const enough = this.#txnsSinceSnapshot >= due.txns || this.#bytesSinceSnapshot >= due.bytes;
		if (enough && !this.#snapshots.busy) this.#beginSnapshot();
		if (clock.nowMs < this.#purgeAtMs) return;
		this.#purgeAtMs = clock.nowMs + this.#parts.limits.purgeIntervalMs;
		this.#purge();
	}

	/** The log rolls first, so that once the snapshot is there, older files are no longer needed. */
	#beginSnapshot(): void {
		this.#log.roll();
		this.#txnsSinceSnapshot = 0;
		this.#bytesSinceSnapshot = 0;
		this.#snapshotDue = this.#drawSnapshotDue();
		this.#snapshots.begin(this.#subject());
	}

	#subject(): SnapshotSubject {
		const { tree, sessions } = this.#parts.state;
		return {
			zxid: tree.lastZxid,
			sessions: [...sessions].map(([id, timeoutMs]) => ({ id, timeoutMs })),
			*nodes() {
				for (const [path, { data, acl, stat }] of tree.walk()) yield { path, data, acl, stat };
			},
			digest: () => ({ zxid: tree.lastZxid, digest: tree.digest }),
		};
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
