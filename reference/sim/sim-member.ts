import type { Door, NetworkEvent } from "../host/network.js";
import { assert } from "../lib/assert.js";
import { snapshotFiles } from "../log/file-names.js";
import { describeZxid, epochOf, serverId, type Zxid, zxid, zxidZero } from "../model/ids.js";
import type { Clock, ServerRole, ServerState } from "../server/contract.js";
import type { EnsembleConfig } from "../zab/ensemble-config.js";
import { EpochWatch, numberOf } from "./epoch-watch.js";
import type { EventQueue } from "./event-queue.js";
import { type Logged, LogWatch } from "./log-watch.js";
import type { Crash, SimOptions } from "./plan.js";
import type { Random } from "./random.js";
import type { ProcessWorld, Running } from "./running.js";
import type { SimClock } from "./sim-clock.js";
import { type DiskWatcher, type DiskWorld, SimDisk } from "./sim-disk.js";
import type { Place, Resident, SimNetwork } from "./sim-network.js";
import { type Trace, traced } from "./trace.js";
import type { Voter } from "./truth.js";
import { mustHold } from "./violation.js";

/** Thrown by a port in the middle of a turn: the process is gone, and nothing of it goes on. */
class CrashSignal extends Error {
	override readonly name = "CrashSignal";
}

export interface MemberWorld {
	readonly place: Place;
	readonly options: SimOptions;
	readonly queue: EventQueue;
	readonly random: Random;
	readonly network: SimNetwork;
	readonly trace: Trace;
	readonly clock: SimClock;
	start(world: ProcessWorld): Running;
	/** Before it begins or ends a role, and after every turn. */
	observe(member: SimMember): void;
	/** After every turn, also one that a crash cut short. */
	afterTurn(member: SimMember): void;
	onLead(member: SimMember, epoch: number): void;
	/** After a crash that was asked for. */
	onCrash(member: SimMember, forMs: number): void;
	/** The process is gone without anybody having asked for it; `isInOrder`: after it was told to stop. */
	onEnd(member: SimMember, reason: string, isInOrder: boolean): void;
}

type Files = ReadonlyMap<string, Uint8Array>;
const noFiles: Files = new Map();

/** One server: its machine, its disks, and the process that runs on it, or does not. */
export class SimMember implements Resident, Voter {
	readonly place: Place;
	readonly clock: SimClock;
	readonly #world: MemberWorld;
	#running: Running | undefined;
	#logDisk: SimDisk;
	#snapshotDisk: SimDisk;
	#log = new LogWatch();
	#isPaused = false;
	#slowFlushUs = 0;
	#turnPlanned = false;
	#timerUs = Number.POSITIVE_INFINITY;
	#callsLeft = Number.POSITIVE_INFINITY;
	#crash: Crash | undefined;
	#flushEndsUs = 0;
	#found: { log: Files; snapshots: Files } = { log: noFiles, snapshots: noFiles };
	isOn = true;
	#isDiskBroken = false;
	/** While clients are served. */
	role: ServerRole | undefined;
	/** How often it stopped serving. */
	leftCount = 0;
	state: ServerState | undefined;
	/** That it goes by; undefined while it does not run. */
	config: EnsembleConfig | undefined;
	#savedConfig: EnsembleConfig | undefined;

	constructor(world: MemberWorld) {
		this.#world = world;
		this.place = world.place;
		this.clock = world.clock;
		[this.#logDisk, this.#snapshotDisk] = this.#disks();
	}

	get isUp(): boolean {
		return this.#running !== undefined;
	}

	/** A fault has seen to it: the process must end. */
	get isDiskBroken(): boolean {
		return this.#isDiskBroken;
	}

	/** In which it leads or follows; undefined when it does not know of any. */
	get epoch(): number | undefined {
		return this.role === undefined ? undefined : this.#running?.epoch;
	}

	/** @throws whatever the product throws when it refuses to start */
	start(): void {
		this.isOn = true;
		this.#isDiskBroken = false;
		this.#log = LogWatch.over(this.#found.log);
		[this.#logDisk, this.#snapshotDisk] = this.#disks();
		this.#tell("starts");
		this.#guarded(() => {
			this.#running = this.#world.start(this.#processWorld());
		});
		this.#planTimer();
	}

	take(event: NetworkEvent): void {
		this.#running?.post(event);
	}

	listens(door: Door): boolean {
		return this.isUp && (door !== "client" || this.role !== undefined || this.#world.options.kind === "ensemble");
	}

	maybeLogged(at: Zxid): Logged | undefined {
		return this.#log.maybe(at);
	}

	isSafe(at: Zxid): boolean {
		const logged = this.#log.maybe(at);
		if (logged !== undefined && logged.endBytes <= this.#logDisk.safeBytes(logged.file)) return true;
		return this.safeSnapshots().some((one) => one >= at);
	}

	/** The last entry of an earlier epoch, if a crash could take it. */
	maybeUnsafeBefore(epoch: number): Zxid | undefined {
		let last = this.#log.last;
		while (last !== undefined && epochOf(last.zxid) >= epoch) last = last.before;
		return last === undefined || this.isSafe(last.zxid) ? undefined : last.zxid;
	}

	snapshotBefore(at: Zxid): Zxid {
		return zxid(Math.max(zxidZero, ...this.safeSnapshots().filter((one) => one < at)));
	}

	/** Zxids of the snapshots that a crash can not take. */
	safeSnapshots(): Zxid[] {
		const names = this.#snapshotDisk.list().filter((name) => this.#snapshotDisk.isNameSafe(name));
		return snapshotFiles(names).map(({ zxid }) => zxid);
	}

	/** What a crash would leave of an epoch file; undefined: no such file. */
	maybeSafeEpoch(name: "acceptedEpoch" | "currentEpoch"): number | undefined {
		const content = this.#snapshotDisk.safeContent(name);
		return content && numberOf(content);
	}

	pause(): void {
		this.#isPaused = true;
	}

	resume(): void {
		this.#isPaused = false;
		if (this.isUp) this.#wake();
	}

	slowFlushes(byUs: number): void {
		this.#slowFlushUs += byUs;
	}

	/** The log disk is full after so many bytes more; −1: both disks fail at the next flush. */
	breakDisk(roomBytes: number): void {
		this.#isDiskBroken = true;
		if (roomBytes >= 0) this.#logDisk.limit(roomBytes);
		else for (const disk of [this.#logDisk, this.#snapshotDisk]) disk.fail("input/output error");
	}

	/** A crash that was to come in one of the next turns does not. */
	spare(): void {
		this.#crash = undefined;
		this.#callsLeft = Number.POSITIVE_INFINITY;
	}

	stop(): void {
		this.#running?.post({ type: "stop" });
	}

	/** Now, or in the middle of one of the next turns. */
	crash(crash: Crash): void {
		if (!this.isUp) return;
		this.#crash = crash;
		if (crash.isAtEpoch) return;
		if (crash.afterCalls === 0) this.#vanishFor(crash);
		else this.#callsLeft = crash.afterCalls;
	}

	#vanishFor({ isPowerLoss, forMs }: Crash): void {
		this.vanish(isPowerLoss);
		this.#world.onCrash(this, forMs);
	}

	/** The process is gone; what its disks hold then is what the next one starts from. */
	vanish(isPowerLoss: boolean): void {
		if (!this.isUp) return;
		this.#tell(isPowerLoss ? "loses power" : "is killed");
		this.#running = undefined;
		this.role = undefined;
		this.state = undefined;
		this.config = undefined;
		this.#isPaused = false;
		this.#callsLeft = Number.POSITIVE_INFINITY;
		this.#crash = undefined;
		this.isOn = !isPowerLoss;
		for (const disk of [this.#logDisk, this.#snapshotDisk]) disk.turnOff();
		const left = (disk: SimDisk): Files => (isPowerLoss ? disk.afterPowerLoss(this.#world.random) : disk.afterKill());
		this.#found = { log: left(this.#logDisk), snapshots: left(this.#snapshotDisk) };
		this.#log = LogWatch.over(this.#found.log);
		[this.#logDisk, this.#snapshotDisk] = this.#disks();
		this.#world.network.abandon(this.place, isPowerLoss);
	}

	#disks(): [SimDisk, SimDisk] {
		const epochs = new EpochWatch(this.place, this.#found.snapshots, (kind, epoch) => this.#savesEpoch(kind, epoch));
		epochs.disk = this.#disk("snapshotDisk", this.#found.snapshots, epochs);
		return [this.#disk("logDisk", this.#found.log, this.#log), epochs.disk];
	}

	#savesEpoch(kind: string, epoch: number): void {
		if (kind === "currentEpoch") this.#checkHistory(epoch);
		if (this.#crash?.isAtEpoch === true) this.#callsLeft = Math.min(this.#callsLeft, this.#crash.afterCalls);
	}

	/** currentEpoch says that all which the leader of that epoch began with is here: also after a crash. */
	#checkHistory(epoch: number): void {
		const missing = this.maybeUnsafeBefore(epoch);
		mustHold(missing === undefined, "currentEpoch is not ahead of the log", () => {
			return `server ${this.place} saves currentEpoch ${epoch}, but could lose ${describeZxid(missing ?? zxidZero)}`;
		});
	}

	#disk(which: "logDisk" | "snapshotDisk", found: Files, watcher: DiskWatcher | undefined): SimDisk {
		const world: DiskWorld = {
			touched: () => this.#touched(),
			emit: (event) => {
				this.#world.trace.mix(traced.flush, this.place, event.type === "diskFlushed" ? event.ticket : -1);
				this.#running?.post({ type: which, event });
			},
			endFlushLater: (end) => this.#endFlushLater(end),
		};
		return new SimDisk(world, found, watcher);
	}

	#endFlushLater(end: () => void): void {
		const { options, random, queue } = this.#world;
		const usualUs = random.between(options.flushUsMin, options.flushUsMax) + this.#slowFlushUs;
		const slowUs = random.chance(options.slowFlushShare) ? random.below(options.slowFlushUsMax) : 0;
		this.#flushEndsUs = Math.max(this.#flushEndsUs, queue.nowUs + usualUs + slowUs);
		queue.at(this.#flushEndsUs, end);
	}

	#processWorld(): ProcessWorld {
		const { options, network, random } = this.#world;
		return {
			place: this.place,
			options,
			logDisk: this.#logDisk,
			snapshotDisk: this.#snapshotDisk,
			network: network.portOf(this.place, () => this.#touched()),
			clock: () => this.#now(),
			savedConfig: this.#savedConfig,
			random: () => random.share(),
			onConfigured: (config) => this.#configured(config),
			wake: () => this.#wake(),
			onRole: (role, state) => this.#onRole(role, state),
			onEnd: (reason, isInOrder) => {
				this.#tell(`ends: ${reason}`);
				// Not at once: the turn that said so is still under way.
				this.#world.queue.after(0, () => this.#world.onEnd(this, reason, isInOrder));
			},
			note: (line) => this.#tell(line),
		};
	}

	/** One without a line for itself is no use for a start: whoever starts a server again that was let go names it. */
	#configured(config: EnsembleConfig): void {
		const { options, random } = this.#world;
		if (options.reconfig === undefined) return;
		this.config = config;
		const isSaved = config.members.has(serverId(this.place)) && !random.chance(options.reconfig.lossShare);
		if (isSaved) this.#savedConfig = config;
	}

	#onRole(role: ServerRole | undefined, state: ServerState | undefined): void {
		const isServing = role !== undefined && role.type !== "readOnly";
		// A turn may commit, answer, and end the role: what was answered must be known by then.
		this.#world.observe(this);
		if (role === undefined) this.leftCount++;
		this.role = isServing ? role : undefined;
		this.state = isServing ? state : undefined;
		this.#world.trace.mix(traced.member, this.place, isServing ? 1 : 0);
		this.#tell(role === undefined ? "serves nobody" : `serves as ${role.type}`);
		if (role?.type === "leader") this.#world.onLead(this, role.epoch);
	}

	#now(): Clock {
		return this.clock.at(this.#world.queue.nowUs);
	}

	#touched(): void {
		if (this.#callsLeft-- > 0) return;
		throw new CrashSignal();
	}

	#wake(): void {
		if (this.#turnPlanned) return;
		this.#turnPlanned = true;
		const { queue, random, options } = this.#world;
		queue.after(random.between(1, options.turnUsMax), () => {
			this.#turnPlanned = false;
			this.#turn();
		});
	}

	#turn(): void {
		const running = this.#running;
		if (running === undefined || this.#isPaused) return;
		this.#world.trace.mix(traced.turn, this.place, this.#world.queue.nowUs);
		this.#guarded(() => running.turn());
		if (this.isUp) this.#planTimer();
	}

	/** A crash that comes in the middle ends the process there. */
	#guarded(act: () => void): void {
		try {
			act();
			this.#world.afterTurn(this);
		} catch (error) {
			if (!(error instanceof CrashSignal)) throw error;
			this.#world.afterTurn(this);
			this.#running ??= nobody;
			assert(this.#crash !== undefined, "a crash was asked for");
			this.#vanishFor(this.#crash);
		}
	}

	#planTimer(): void {
		const running = this.#running;
		if (running === undefined) return;
		const { deadlineMs } = running;
		if (deadlineMs <= this.#now().nowMs) this.#wake();
		else if (deadlineMs !== Number.POSITIVE_INFINITY) this.#turnAt(this.clock.worldUs(deadlineMs));
	}

	#turnAt(atUs: number): void {
		const { queue } = this.#world;
		if (atUs >= this.#timerUs && this.#timerUs > queue.nowUs) return;
		this.#timerUs = atUs;
		queue.at(atUs, () => {
			if (this.#timerUs !== atUs) return;
			this.#timerUs = Number.POSITIVE_INFINITY;
			this.#turn();
		});
	}

	#tell(line: string): void {
		this.#world.trace.tell?.(`server ${this.place} ${line}`);
	}
}

/** A process that crashed while it started. */
const nobody: Running = { post() {}, turn() {}, deadlineMs: Number.POSITIVE_INFINITY, epoch: 0 };
