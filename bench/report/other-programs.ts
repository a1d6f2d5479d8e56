import { maybeMedian } from "./median.js";
import type { Report, Round } from "./report.js";

/** Of all cores, from which on somebody has to be told. */
const worthTelling = 0.1;

/** What programs besides servers and client used of this machine, when it was enough to spoil figures. */
export function otherProgramsNote({ environment: { cores }, cells }: Report): string | undefined {
	const used = maybeMedian(cells.flatMap(({ rounds }) => rounds.map((round) => coresOfOthers(round, cores))));
	if (used === undefined || used < worthTelling * cores) return undefined;
	return `Other programs used ${used.toFixed(1)} of ${cores} cores meanwhile (median over rounds): throughput and latency tell of them, too, and of how the system shares cores out among processes. Processor time per operation hardly depends on it.`;
}

/** Undefined where it is not known of every server. */
function coresOfOthers({ idleCores, servers, load }: Round, cores: number): number | undefined {
	if (idleCores === undefined || servers.length === 0) return undefined;
	const micros = servers.map(({ cpuMicros }) => cpuMicros);
	if (micros.includes(undefined)) return undefined;
	const own = micros.reduce<number>((sum, each) => sum + (each ?? 0), load.client.cpuMicros);
	return Math.max(0, cores - idleCores - own / 1000 / load.measuredMs);
}
