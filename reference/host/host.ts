import { unreachable } from "../lib/assert.js";
import type { Zxid } from "../model/ids.js";
import type { Clock, ServerEffects, ServerEvent, ServerState } from "../server/contract.js";
import { noQuorum } from "../server/no-quorum.js";
import type { Disk, DiskEvent } from "./disk.js";
import type { Flushes } from "./flushes.js";
import { LinkWrites } from "./link-writes.js";
import type { Network, NetworkEvent } from "./network.js";
import { type HostLimits, Storage } from "./storage.js";

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
	readonly #storage: Storage;
	readonly #writes = new LinkWrites();
	#inbox: HostEvent[] = [];
	#phase: "starting" | "serving" | "stopping" | "ended" = "starting";

	constructor(parts: HostParts) {
		this.#parts = parts;
		const onFlushed = (upTo: Zxid): void => this.#machine.step({ type: "committed", upTo }, parts.clock());
		this.#storage = new Storage({ ...parts, random: () => parts.random(), onFlushed });
		this.#machine = parts.makeMachine(this.#effects());
	}

	/** When to call `turn` if `wake` does not ask for it before; on the monotonic clock. */
	get deadlineMs(): number {
		if (this.#storage.snapshots.writing) return 0;
		if (this.#phase !== "serving") return Number.POSITIVE_INFINITY;
		return Math.min(this.#machine.deadlineMs, this.#storage.purgeAtMs);
	}

	/** Call once; `onReady` follows. */
	start(): void {
		this.#storage.removeUnfinished();
		if (this.#parts.state.fresh) this.#storage.beginSnapshot(() => this.#serve());
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
		this.#storage.commit();
		this.#writes.perform(this.#parts.network);
		this.#storage.snapshots.advance();
		if (this.#phase === "serving") this.#storage.houseKeep(clock.nowMs);
		if (this.#phase === "stopping" && this.#storage.log.idle && this.#inbox.length === 0)
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
				this.#takeDiskEvent(this.#storage.logFlushes, event.event);
				return;
			case "snapshotDisk":
				this.#takeDiskEvent(this.#storage.snapshotFlushes, event.event);
				return;
			case "stop":
				this.#phase = "stopping";
				return;
			default:
				unreachable(event);
		}
	}

	#takeDiskEvent(flushes: Flushes, event: DiskEvent): void {
		if (event.type === "diskFlushed") flushes.ended(event.ticket);
		else this.#end(() => this.#parts.onDiskFailed(event.reason));
	}

	#serve(): void {
		if (this.#phase !== "starting") return;
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
			propose: (entry) => this.#storage.appendEntry(entry),
			send: (link, bytes) => this.#writes.send(link, bytes),
			write: (link, encode) => encode(this.#writes.to(link)),
			close: (link) => this.#writes.close(link),
			pause: (link) => this.#parts.network.pause(link),
			resume: (link) => this.#parts.network.resume(link),
		};
	}
}
