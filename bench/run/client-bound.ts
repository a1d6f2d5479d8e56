import type { Breach } from "../load/contract.js";
import type { Measured } from "./measured.js";

/** Of a worker's time, above which it is the worker that decides how many requests there are. */
const busyWorker = 0.95;
/** Of one core, from which on a server has no time left. */
const busyServer = 0.85;
/** A machine that has less than this idle decides by itself who gets how much. */
const idleCoresLeast = 0.15;

/** The load could not be made as fast as it would have been answered: such a figure says nothing about the servers. */
export function clientBound({ load, metered }: Pick<Measured, "load" | "metered">): readonly Breach[] {
	if (load.client.utilization <= busyWorker || metered.idleCores < idleCoresLeast) return [];
	const shares = metered.usages.map((usage) => (usage === undefined ? 0 : usage.cpuMicros / 1000 / metered.elapsedMs));
	const busiest = Math.max(0, ...shares);
	if (busiest >= busyServer) return [];
	const servers = metered.usages.every((usage) => usage === undefined)
		? "nothing is known of the servers' processors"
		: `the busiest server used ${percent(busiest)} of a core`;
	const text = `a worker was busy for ${percent(load.client.utilization)} of the time, while ${servers} and ${metered.idleCores.toFixed(1)} cores were idle: take more --workers`;
	return [{ rule: "client-bound", text, count: 1 }];
}

function percent(share: number): string {
	return `${(share * 100).toFixed(0)} %`;
}
