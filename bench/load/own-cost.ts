import { performance } from "node:perf_hooks";

/** What this process spent between two moments. */
export interface OwnCost {
	readonly cpuMicros: number;
	/** 0 to 1: how much of the time its event loop was not waiting. */
	readonly utilization: number;
}

/** Of times of equal length. */
export function sumOfCosts(costs: readonly OwnCost[]): OwnCost {
	return {
		cpuMicros: costs.reduce((sum, { cpuMicros }) => sum + cpuMicros, 0),
		utilization: costs.reduce((sum, { utilization }) => sum + utilization / costs.length, 0),
	};
}

/** Measures from now on, until what it gives is called. */
export function costMeter(): () => OwnCost {
	const cpuBefore = process.cpuUsage();
	const loopBefore = performance.eventLoopUtilization();
	return () => {
		const { user, system } = process.cpuUsage(cpuBefore);
		return { cpuMicros: user + system, utilization: performance.eventLoopUtilization(loopBefore).utilization };
	};
}
