import type { Measure } from "../measured.js";
import type { MeasureKind, Parameters } from "../workload.js";
import { measureAdmin } from "./admin.js";
import { measureBarriers } from "./barriers.js";
import { measureConnectionStorm } from "./connection-storm.js";
import { measureCreateLatency } from "./create-latency.js";
import { measureFailover } from "./failover.js";
import { measureFailures } from "./failures.js";
import { measureHttp } from "./http.js";
import { measureIdleSessions } from "./idle-sessions.js";
import { measureLargeTree } from "./large-tree.js";
import { measureLoad } from "./load.js";
import { measureWatchFanOut } from "./watch-fan-out.js";

export interface MeasureDescription {
	readonly measure: Measure;
	/** Begins with servers that nobody used before, each time: what is measured is their memory or their start. */
	readonly isFresh: boolean;
	/** What the command line can say instead of the workload. */
	readonly takes: readonly (keyof Parameters)[];
	/** Takes servers that were started with a gateway and an admin endpoint. */
	readonly needsHttp?: true;
	/** A first guess, without starts and calibrations. */
	estimateMs(parameters: Parameters): number;
}

const loadMs = ({ warmUpMs = 500, forMs = 2000 }: Parameters): number => warmUpMs + forMs + 1000;
/** Of a session, to be opened and closed. */
const sessionMs = 0.5;
const ofLoad = ["sessions", "window", "rate", "on", "reads", "bytes", "keys", "warmUpMs", "forMs"] as const;

export const measures: Readonly<Record<MeasureKind, MeasureDescription>> = {
	load: { measure: measureLoad, isFresh: false, takes: ofLoad, estimateMs: loadMs },
	failures: {
		measure: measureFailures,
		isFresh: false,
		takes: ofLoad,
		estimateMs: (parameters) => loadMs(parameters) + 2000,
	},
	failover: { measure: measureFailover, isFresh: false, takes: ["sessions", "window"], estimateMs: () => 9000 },
	createLatency: {
		measure: measureCreateLatency,
		isFresh: false,
		takes: ["workers", "creates", "bytes"],
		estimateMs: ({ creates = 500 }) => creates * 8,
	},
	barriers: {
		measure: measureBarriers,
		isFresh: false,
		takes: ["clients", "barriers"],
		estimateMs: ({ clients = 50, barriers = 20 }) => clients * barriers * 2,
	},
	watchFanOut: {
		measure: measureWatchFanOut,
		isFresh: false,
		takes: ["sessions", "nodes"],
		estimateMs: ({ sessions = 1000, nodes = 1 }) => sessions * (sessionMs + nodes / 20),
	},
	connectionStorm: {
		measure: measureConnectionStorm,
		isFresh: false,
		takes: ["sessions"],
		estimateMs: ({ sessions = 1000 }) => sessions * sessionMs,
	},
	largeTree: {
		measure: measureLargeTree,
		isFresh: true,
		takes: ["znodes", "bytes"],
		estimateMs: ({ znodes = 100_000 }) => 5000 + znodes / 20,
	},
	http: {
		measure: measureHttp,
		isFresh: false,
		needsHttp: true,
		takes: ["connections", "reads", "bytes", "forMs", "warmUpMs", "sampleMs"],
		estimateMs: loadMs,
	},
	admin: {
		measure: measureAdmin,
		isFresh: false,
		needsHttp: true,
		takes: ["connections", "sessions", "window", "reads", "bytes", "keys", "on", "forMs", "warmUpMs"],
		estimateMs: (parameters) => 2 * loadMs(parameters),
	},
	idleSessions: {
		measure: measureIdleSessions,
		isFresh: true,
		takes: ["sessions", "forMs"],
		estimateMs: ({ sessions = 1000, forMs = 10_000 }) => sessions * sessionMs + forMs,
	},
};
