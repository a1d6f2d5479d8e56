import type { Measure } from "../measured.js";
import type { MeasureKind, Parameters } from "../workload.js";
import { measureBarriers } from "./barriers.js";
import { measureConnectionStorm } from "./connection-storm.js";
import { measureCreateLatency } from "./create-latency.js";
import { measureFailover } from "./failover.js";
import { measureFailures } from "./failures.js";
import { measureIdleSessions } from "./idle-sessions.js";
import { measureLargeTree } from "./large-tree.js";
import { measureLoad } from "./load.js";
import { measureWatchFanOut } from "./watch-fan-out.js";

export interface MeasureDescription {
	readonly measure: Measure;
	/** Begins with servers that nobody used before, each time: what is measured is their memory or their start. */
	readonly isFresh: boolean;
	/** A first guess, without starts and calibrations. */
	estimateMs(parameters: Parameters): number;
}

const loadMs = ({ warmUpMs = 500, forMs = 2000 }: Parameters): number => warmUpMs + forMs + 1000;
/** Of a session, to be opened and closed. */
const sessionMs = 0.5;

export const measures: Readonly<Record<MeasureKind, MeasureDescription>> = {
	load: { measure: measureLoad, isFresh: false, estimateMs: loadMs },
	failures: { measure: measureFailures, isFresh: false, estimateMs: (parameters) => loadMs(parameters) + 2000 },
	failover: { measure: measureFailover, isFresh: false, estimateMs: () => 9000 },
	createLatency: { measure: measureCreateLatency, isFresh: false, estimateMs: ({ creates = 500 }) => creates * 8 },
	barriers: {
		measure: measureBarriers,
		isFresh: false,
		estimateMs: ({ clients = 50, barriers = 20 }) => clients * barriers * 2,
	},
	watchFanOut: {
		measure: measureWatchFanOut,
		isFresh: false,
		estimateMs: ({ sessions = 1000, nodes = 1 }) => sessions * (sessionMs + nodes / 20),
	},
	connectionStorm: {
		measure: measureConnectionStorm,
		isFresh: false,
		estimateMs: ({ sessions = 1000 }) => sessions * sessionMs,
	},
	largeTree: { measure: measureLargeTree, isFresh: true, estimateMs: ({ znodes = 100_000 }) => 5000 + znodes / 20 },
	idleSessions: {
		measure: measureIdleSessions,
		isFresh: true,
		estimateMs: ({ sessions = 1000, forMs = 10_000 }) => sessions * sessionMs + forMs,
	},
};
