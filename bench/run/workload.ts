import type { Keys, OperationKind } from "../load/contract.js";

export const measureKinds = [
	"load",
	"failures",
	"createLatency",
	"barriers",
	"watchFanOut",
	"connectionStorm",
	"largeTree",
	"idleSessions",
	"failover",
	"http",
	"admin",
] as const;

export type MeasureKind = (typeof measureKinds)[number];

export type Where = "all" | "leader" | "followers" | "observers";

/** A server that is killed, and perhaps started again; `name` tells several of them apart. */
export interface FailureEvent {
	readonly atMs: number;
	readonly do: "kill" | "start";
	readonly role: "leader" | "follower";
	readonly name: string;
}

/** What the kinds of measurement can be told; each of them takes a part of it (`spec/schema/bench-workload.v1.json`). */
export interface Parameters {
	readonly sessions?: number;
	readonly window?: number;
	/** A second. */
	readonly rate?: number;
	readonly on?: Where;
	/** Percent. */
	readonly reads?: number;
	readonly mix?: Readonly<Partial<Record<OperationKind, number>>>;
	readonly bytes?: number | readonly [number, number];
	readonly sizes?: readonly { readonly bytes: number; readonly weight: number }[];
	readonly keys?: number;
	readonly distribution?: Keys["distribution"];
	readonly warmUpMs?: number;
	readonly forMs?: number;
	readonly sampleMs?: number;
	/** Said by the command line alone: subjects take turns of this length within each round. */
	readonly sliceMs?: number;
	readonly workers?: number;
	readonly creates?: number;
	readonly clients?: number;
	readonly barriers?: number;
	readonly nodes?: number;
	readonly znodes?: number;
	readonly connections?: number;
	readonly command?: string;
	readonly events?: readonly FailureEvent[];
}

export type Sweep = Readonly<Partial<Record<keyof Parameters, readonly unknown[]>>>;

/** One YAML file. */
export interface Workload {
	readonly name: string;
	readonly title: string;
	readonly paper: string | undefined;
	/** Of the file's text. */
	readonly digest: string;
	/** Sizes of ensembles. */
	readonly servers: readonly number[];
	readonly rounds: number;
	readonly kind: MeasureKind;
	readonly parameters: Parameters;
	/** Instead of single values; one cell for each combination. */
	readonly sweep: Sweep;
}
