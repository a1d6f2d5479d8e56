import type { SeatRole } from "./reconfig-op.js";
import type { ScriptStep } from "./sim-client.js";

/** Everything about a run that is drawn once; times in ms or µs of simulated time. */
export interface SimOptions {
	readonly seed: number;
	/** "standalone": one server without a quorum. */
	readonly kind: "ensemble" | "standalone";
	/** Voters; their places are 1 to `servers`, observers follow, then clients. */
	readonly servers: number;
	readonly observers: number;
	/** Of the voters, when they do not all weigh the same. */
	readonly weights: readonly number[];
	/** How long faults and load go on, before everything is healed. */
	readonly safetyMs: number;
	readonly tickMs: number;
	readonly initLimit: number;
	readonly syncLimit: number;
	readonly snapCount: number;
	readonly commitLogCount: number;
	readonly preAllocBytes: number;
	readonly logFileBytesMax: number;
	readonly snapRetainCount: number;
	readonly purgeIntervalMs: number;
	readonly snapshotSizeFactor: number;
	readonly latencyUsMin: number;
	readonly latencyUsMax: number;
	readonly spikeShare: number;
	readonly spikeUsMax: number;
	readonly splitShare: number;
	readonly flushUsMin: number;
	readonly flushUsMax: number;
	readonly slowFlushShare: number;
	readonly slowFlushUsMax: number;
	/** From waking a process up to its turn. */
	readonly turnUsMax: number;
	/** The processes start one by one within so long. */
	readonly startMsMax: number;
	/** How much faster or slower a clock may run, in millionths. */
	readonly driftPpmMax: number;
	/** How far wall clocks may be from the right time, either way; 10,000 if absent. */
	readonly wallSkewMsMax?: number;
	/** Absent: every session is known to all servers. */
	readonly hasLocalSessions?: boolean;
	/** Absent: the ensemble stays as it is. */
	readonly reconfig?: ReconfigOptions;
}

export interface ReconfigOptions {
	/** Servers that only a reconfiguration makes members, in their own eyes with this part; their places are the last. */
	readonly spares: readonly SeatRole[];
	/** How often a server can not save which configuration it goes by. */
	readonly lossShare: number;
}

/** The process is killed, or (`isPowerLoss`) its machine goes, too. */
export interface Crash {
	readonly isPowerLoss: boolean;
	/** 0: at once. Else in the middle of a turn, after so many calls to disk and network. */
	readonly afterCalls: number;
	/** The calls count from when it next saves an epoch: in the middle of an election's outcome. */
	readonly isAtEpoch: boolean;
	/** How long it stays away. */
	readonly forMs: number;
}

/** 0 stands for whoever leads at that time. */
export type Target = number;

export type Fault =
	/** See `Crash`. */
	| ({ readonly type: "crash"; readonly at: Target } & Crash)
	| { readonly type: "crashAll"; readonly isPowerLoss: boolean; readonly forMs: number }
	/** Stopped in order, and started again. */
	| { readonly type: "stop"; readonly at: Target; readonly forMs: number }
	| { readonly type: "pause"; readonly at: Target; readonly forMs: number }
	/** Nothing gets from any of `from` to any of `to`; `isOneWay`: but the other way. */
	| {
			readonly type: "partition";
			readonly from: readonly Target[];
			readonly to: readonly Target[];
			readonly isOneWay: boolean;
			readonly forMs: number;
	  }
	/** Links between the two break in the middle of a frame. */
	| { readonly type: "cut"; readonly at: Target; readonly other: Target }
	| {
			readonly type: "slowLink";
			readonly at: Target;
			readonly other: Target;
			readonly byUs: number;
			readonly forMs: number;
	  }
	| { readonly type: "slowDisk"; readonly at: Target; readonly byUs: number; readonly forMs: number }
	/** Full after so many bytes more, or (−1) failing at the next flush: the process ends, and starts on a healthy disk. */
	| { readonly type: "badDisk"; readonly at: Target; readonly roomBytes: number; readonly forMs: number }
	| { readonly type: "clockJump"; readonly at: Target; readonly byMs: number };

export type PlannedFault = Fault & { readonly atMs: number };

export interface ClientPlan {
	readonly timeoutMs: number;
	readonly script: readonly ScriptStep[];
	/** It shows that it may do everything, reconfigurations too. */
	readonly isSuper?: boolean;
}

/** A run, complete: whoever performs it again sees the same. */
export interface Plan {
	readonly options: SimOptions;
	readonly faults: readonly PlannedFault[];
	readonly clients: readonly ClientPlan[];
}
