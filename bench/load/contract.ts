import type { Address } from "../../conformance/client/connection.js";
import type { Party } from "./turns.js";

/** What a client can be made to do; `multi` is one transaction, `watch` an exists that leaves a watch. */
export type OperationKind =
	| "getData"
	| "setData"
	| "create"
	| "delete"
	| "exists"
	| "getChildren"
	| "multi"
	| "sync"
	| "watch";

/** Of values that are written, in bytes. */
export type Sizes =
	| { readonly kind: "fixed"; readonly bytes: number }
	| { readonly kind: "uniform"; readonly least: number; readonly most: number }
	| { readonly kind: "weighted"; readonly sizes: readonly { readonly bytes: number; readonly weight: number }[] };

export interface Keys {
	/** In all, shared out among the sessions: who writes a key is its only writer, who reads may read any. */
	readonly count: number;
	readonly distribution: "uniform" | "zipf" | "hot";
}

/**
 * Closed: each session keeps `window` requests under way. Open: requests arrive at this rate in all, whether or not
 * the server keeps up, and latency counts from the moment at which one was due (no coordinated omission).
 */
export type Arrival =
	| { readonly kind: "closed"; readonly window: number }
	| { readonly kind: "open"; readonly perSecond: number };

/** One measurement: everything that load workers need to know. Plain data, it crosses process and host borders. */
export interface LoadPlan {
	/** Sessions take turns: the first to the first address, and so on. */
	readonly addresses: readonly Address[];
	/** A path that belongs to this measurement; made before and removed after it. */
	readonly root: string;
	readonly sessions: number;
	readonly arrival: Arrival;
	/** Weights, in any unit. */
	readonly mix: Readonly<Partial<Record<OperationKind, number>>>;
	readonly values: Sizes;
	readonly keys: Keys;
	readonly warmUpMs: number;
	readonly measureMs: number;
	/** Where loads take turns: the measured time comes in parts, each behind a short warm-up of its own. */
	readonly slice?: Slice;
	/** Of the time series; of slices each is one. */
	readonly sampleMs: number;
	readonly seed: number;
	/** Processes that make the load. */
	readonly workers: number;
	/** What servers are hurt by in the middle is no breach: lost connections are made again, errors are counted. */
	readonly toleratesLoss: boolean;
}

/** The measured time is so many of them; the plan's warm-up is the first one's. */
export interface Slice {
	readonly warmUpMs: number;
	readonly measureMs: number;
}

/** How many parts the measured time has. */
export function slicesIn({ slice, measureMs }: LoadPlan): number {
	return slice === undefined ? 1 : measureMs / slice.measureMs;
}

/** The part of this number, from 0. */
export function sliceOf({ slice, warmUpMs, measureMs }: LoadPlan, index: number): Slice {
	if (slice === undefined) return { warmUpMs, measureMs };
	return index === 0 ? { ...slice, warmUpMs } : slice;
}

/** Why a figure is worth nothing. */
export interface Breach {
	/** Such as `order`, `zxid`, `data`, `lost-write`, `stale-read`, `error`, `client-bound`. */
	readonly rule: string;
	/** One sentence: what was asked, what came, what was due. */
	readonly text: string;
	readonly count: number;
}

/** Microseconds, by kind of operation; HdrHistogram's compressed base64 form beside the usual percentiles. */
export interface Latency {
	readonly count: number;
	readonly meanMicros: number;
	readonly p50Micros: number;
	readonly p90Micros: number;
	readonly p99Micros: number;
	readonly p999Micros: number;
	readonly maxMicros: number;
	readonly histogram: string;
}

export interface Sample {
	/** Since the measurement began. */
	readonly atMs: number;
	/** Answered within the sample. */
	readonly reads: number;
	readonly writes: number;
	readonly errors: number;
}

export interface ClientCost {
	readonly workers: number;
	readonly cpuMicros: number;
	readonly cpuMicrosPerOperation: number;
	/** 0 to 1, of the busiest worker: how much of its time its event loop was not waiting. */
	readonly utilization: number;
}

export interface LoadResult {
	/** From the first to the last measured moment. */
	readonly measuredMs: number;
	readonly operations: number;
	readonly operationsPerSecond: number;
	readonly errors: number;
	readonly latency: Latency;
	readonly byKind: Readonly<Partial<Record<OperationKind, Latency>>>;
	readonly samples: readonly Sample[];
	readonly client: ClientCost;
	/** Empty when every reply was right. */
	readonly breaches: readonly Breach[];
}

/** What a run of a plan tells while it goes on. */
export interface LoadHooks {
	/** Other loads that this one takes turns with, slice by slice. */
	readonly party?: Party;
	/** The warm-up is over: who measures processes reads their CPU now. With slices for each of them. */
	onMeasuring?(): void;
	/** The measured time is over, before anything is audited. With slices for each of them. */
	onMeasured?(): void;
	/** Each sample of the time line as it is over, all workers together. */
	onSample?(sample: Sample): void;
	/** Ends the load early: `runLoad` rejects with the signal's reason. */
	readonly signal?: AbortSignal;
}
