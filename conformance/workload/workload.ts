import type { Place } from "../../spec/load/spec-error.js";
import type { Fault } from "../drivers/ensemble-driver.js";
import type { CreateMode, HistoryRule } from "../history/record.js";

/** From, to; both included. */
export type RangeMs = readonly [number, number];

/**
 * Below the workload's root; `/` is the root itself. `{name}` is a number below that parameter, drawn anew each time;
 * `{*name}` all of them, one after the other; `{client}` the client's own number; `{unique}` a text that nobody else uses.
 */
export type PathTemplate = string;

/** Undefined: any. `known`: the one that this client saw last (0 before it saw one). */
export type VersionChoice = "known" | number;

/** What a multi is made of; all but `check` can stand alone. Data is unique. */
export type Part =
	| { readonly create: PathTemplate; readonly mode?: CreateMode; readonly data?: string }
	| { readonly delete: PathTemplate; readonly version?: VersionChoice }
	| { readonly setData: PathTemplate; readonly version?: VersionChoice }
	| { readonly check: PathTemplate; readonly version?: VersionChoice };

/**
 * `move`: waits for what is in flight, goes to another server with the session. `drop`: the connection is cut at once and the
 * session goes on anywhere. `renew`: closed, then a new one. `abandon`: cut and never used again, then a new one. `expire`:
 * cut, and asked for again when it must have expired. `takeOver`: attached to another server while the old connection is
 * open, which then is asked to write.
 */
export type SessionChange = "move" | "drop" | "renew" | "abandon" | "expire" | "takeOver";

/** One thing that a client does, with its calls in flight together where there are several. */
export type Step =
	| Exclude<Part, { readonly check: PathTemplate }>
	| { readonly getData: PathTemplate; readonly watch?: boolean }
	| { readonly exists: PathTemplate; readonly watch?: boolean }
	| { readonly getChildren: PathTemplate; readonly watch?: boolean }
	| { readonly sync: PathTemplate }
	| { readonly addWatch: PathTemplate; readonly recursive?: boolean }
	| { readonly multi: readonly Part[] }
	| { readonly session: SessionChange }
	/** Watches a node and reads it again at each event, that many times. */
	| { readonly follow: PathTemplate; readonly times: number }
	/** The lock recipe: what it `guards` is written only while it is held, each write fenced by a check of the own node. */
	| { readonly lock: PathTemplate; readonly guards: PathTemplate; readonly writes: number }
	/** Adds an item to a queue. */
	| { readonly put: PathTemplate }
	/** Takes the first item of a queue. */
	| { readonly take: PathTemplate }
	/** Moves some from one account to another by a multi of conditional writes. */
	| { readonly transfer: PathTemplate };

export type WeightedStep = Step & {
	readonly weight: number;
	/** A sync to the same server goes before it, without waiting for its reply. */
	readonly syncFirst?: boolean;
};

/** Something that is done to the servers and undone after a while. */
export interface FaultChoice {
	readonly weight: number;
	readonly do: Fault;
	readonly for: RangeMs;
}

/** One of a schedule that is given instead of drawn. */
export interface PlannedFault {
	readonly atMs: number;
	readonly forMs: number;
	readonly do: Fault;
	/** Decides among several servers. */
	readonly draw: number;
}

export type FaultPlan =
	| { readonly type: "none" }
	| { readonly type: "drawn"; readonly everyMs: RangeMs; readonly choices: readonly FaultChoice[] }
	| { readonly type: "given"; readonly schedule: readonly PlannedFault[] };

/** One file of `spec/workloads/`. */
export interface Workload {
	/** Lower-case words with hyphens; the name of its file. */
	readonly name: string;
	readonly title: string;
	/** Clauses that a violation found by this workload can name. */
	readonly clauses: readonly string[];
	/** Their numbers; from 0 on unless a run was cut to some. */
	readonly clients: readonly number[];
	/** How many steps a client has under way at a time. */
	readonly inFlight: number;
	readonly durationMs: number;
	readonly sessionTimeoutMs: number;
	/** Between one step and the next. */
	readonly pauseMs: RangeMs;
	/** Used unless another one is asked for. */
	readonly seed: number | undefined;
	readonly parameters: Readonly<Record<string, number>>;
	/** Done once, in order, before the clients come. */
	readonly setUp: readonly Part[];
	readonly steps: readonly WeightedStep[];
	/** After so many a client is done. */
	readonly stepsMax: number;
	readonly faults: FaultPlan;
	/** Beside those that always hold. Their paths are below the root. */
	readonly rules: readonly HistoryRule[];
	/** Where it stands. */
	readonly where: Place;
}
