import type { Address } from "../client/connection.js";

/** Which server a fault means: its id, or who has this role when it happens. */
export type ServerChoice = number | "leader" | "follower" | "observer" | "any";

/** What can be done to an ensemble, as YAML says it: `{kill: leader}`, `{partition: [[1], [2, 3]]}`. */
export type Fault =
	/** SIGKILL, or what comes nearest. `minority`, `majority` and `all` are of the voters. */
	| { readonly kill: ServerChoice | readonly number[] | "minority" | "majority" | "all" }
	/** An orderly end. */
	| { readonly stop: ServerChoice }
	/** Starts what is down; `all` is all that are down. */
	| { readonly start: ServerChoice | "all" }
	| { readonly pause: ServerChoice }
	| { readonly resume: ServerChoice | "all" }
	/** Members of different groups can not reach each other; who stands in no group is alone. Clients reach all. */
	| { readonly partition: readonly (readonly ServerChoice[])[] }
	/** The first can not send to the second; the other way stays open. */
	| { readonly oneWay: readonly [ServerChoice, ServerChoice] }
	/** Ends all partitions, not what is down. */
	| { readonly heal: true }
	/** Client connections of a server, by a proxy before its client port. */
	| { readonly cut: ServerChoice | "all"; readonly afterBytes?: number; readonly direction?: "toServer" | "toClient" }
	/** Each byte of client connections arrives that much later, until `delay: …, ms: 0`. */
	| { readonly delay: ServerChoice | "all"; readonly ms: number }
	/** Open connections stay and carry nothing more; new ones are taken and carry nothing, until `open`. */
	| { readonly halfOpen: ServerChoice }
	/** New client connections are refused, until `open`. */
	| { readonly refuse: ServerChoice }
	| { readonly open: ServerChoice | "all" }
	/** Connections to the first are led to the second, until `open`. */
	| { readonly swap: readonly [ServerChoice, ServerChoice] }
	/** Its disk takes no more, until `diskFree`. */
	| { readonly diskFull: ServerChoice }
	/** Also starts it, when it has ended of that. */
	| { readonly diskFree: ServerChoice }
	/** Each flush takes that much longer; 0 ends it. */
	| { readonly slowFlush: ServerChoice; readonly ms: number };

export type FaultKind =
	| "kill"
	| "stop"
	| "start"
	| "pause"
	| "resume"
	| "partition"
	| "oneWay"
	| "heal"
	| "cut"
	| "delay"
	| "halfOpen"
	| "refuse"
	| "open"
	| "swap"
	| "diskFull"
	| "diskFree"
	| "slowFlush";

export type MemberRole = "leader" | "follower" | "observer" | "readOnly" | "standalone";

export interface DrivenMember {
	/** From 1 on. */
	readonly id: number;
	/** Where its clients connect: a proxy where the driver has one. */
	readonly address: Address;
	readonly votes: boolean;
}

/** An ensemble that can be hurt. Every driver heals what it broke when it stops, and when the program is interrupted. */
export interface EnsembleDriver {
	/** For people: `bundled`, `apache 3.8.0 in namespaces`, `commands of faults.yaml`. */
	readonly name: string;
	readonly members: readonly DrivenMember[];
	/** What this one can do; `perform` with anything else throws. */
	readonly abilities: ReadonlySet<FaultKind>;
	/** Settings that are known, as `Facts` of scenarios: tickTime, syncLimit, minSessionTimeout … */
	readonly facts: Readonly<Record<string, number | boolean | string>>;
	/** What a server serves as, by asking it; undefined while it does not answer or serves nobody. */
	roleOf(id: number): Promise<MemberRole | undefined>;
	/**
	 * Does it, and resolves when it is done (a start: when the process runs, not when it serves).
	 * `pick` gives a number from 0 to below n, to choose among several (`any`, `follower`, `minority`).
	 * @returns what was done and to whom, for histories and people
	 * @throws FaultError when it could not be done
	 */
	perform(fault: Fault, pick: (n: number) => number): Promise<PerformedFault>;
	/** Undoes all that is broken: everybody runs and reaches everybody. Resolves when all of them serve. */
	heal(): Promise<void>;
	/** Only of simulated servers: the outcome of work on them, or what their own checks find when that comes first. */
	drive?<T>(work: Promise<T>): Promise<T>;
	/** Heals, and ends what this driver started. */
	stop(): Promise<void>;
}

export interface PerformedFault {
	readonly servers: readonly number[];
	readonly text: string;
}

/** What is wanted of an ensemble that a driver starts. */
export interface DriverOptions {
	/** How many vote. */
	readonly servers: number;
	readonly observers: number;
	/** Keys of zoo.cfg beside or instead of the driver's own. */
	readonly settings: Readonly<Record<string, string>>;
}

/** What a module exports that is a driver: `--driver module:PATH`. */
export interface DriverModule {
	createDriver(options: DriverOptions): Promise<EnsembleDriver>;
}

/** A fault that could not be brought about. */
export class FaultError extends Error {
	override readonly name = "FaultError";
}
