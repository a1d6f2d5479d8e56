import type { ServerCost } from "../report/report.js";
import { idleMeter } from "./machine.js";
import type { ProcessUsage } from "./process-usage.js";
import type { Role, Target } from "./target.js";

/** What servers and machine did between two moments. */
export interface Metered {
	readonly elapsedMs: number;
	readonly idleCores: number;
	/** Of each server; undefined where its process is not on this machine. */
	readonly usages: readonly (ProcessUsage | undefined)[];
}

/** Measures from now on, until what it gives is called; cheap enough to be called under load. */
export function meter(target: Target): () => Metered {
	const before = target.usages();
	const idle = idleMeter();
	const startMs = performance.now();
	return () => {
		const usages = target.usages().map((after, at) => spent(before[at], after));
		return { elapsedMs: performance.now() - startMs, idleCores: idle(), usages };
	};
}

/** Of the same servers, one time behind the other. */
export function sumOfMetered(one: Metered, other: Metered): Metered {
	const elapsedMs = one.elapsedMs + other.elapsedMs;
	return {
		elapsedMs,
		idleCores: (one.idleCores * one.elapsedMs + other.idleCores * other.elapsedMs) / elapsedMs,
		usages: other.usages.map(
			(usage, at) => usage && { ...usage, cpuMicros: usage.cpuMicros + (one.usages[at]?.cpuMicros ?? 0) },
		),
	};
}

function spent(before: ProcessUsage | undefined, after: ProcessUsage | undefined): ProcessUsage | undefined {
	if (after === undefined) return undefined;
	const grown = after.cpuMicros - (before?.cpuMicros ?? 0);
	// A process that was started in between began at nothing.
	return { cpuMicros: grown < 0 ? after.cpuMicros : grown, memoryBytes: after.memoryBytes };
}

/** Servers of which nothing is known, neither role nor process, are left out. */
export function serverCosts(
	roles: readonly (Role | undefined)[],
	{ usages }: Metered,
	operations: number,
): readonly ServerCost[] {
	return usages.flatMap((usage, at): readonly ServerCost[] => {
		const role = roles[at];
		// One that served nobody when the round began was about to follow.
		const known = { id: at + 1, role: role ?? "follower" };
		if (usage === undefined) return role === undefined ? [] : [known];
		const each = operations === 0 ? {} : { cpuMicrosPerOperation: usage.cpuMicros / operations };
		return [{ ...known, ...usage, ...each }];
	});
}
