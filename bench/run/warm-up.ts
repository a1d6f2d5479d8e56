import type { Target } from "../targets/target.js";
import { loadPlanOf } from "./load-plan.js";
import type { MakeLoad } from "./measured.js";
import { loadOnNodes } from "./measures/load.js";

export interface WarmUpOptions {
	/** Of one load; others follow as long as it was too little. */
	readonly forMs: number;
	readonly workers: number;
	readonly makeLoad: MakeLoad;
	readonly signal: AbortSignal;
}

/** Virtual machines compile by how often something was called, not by time: a busy machine needs longer for it. */
const operationsLeast = 80_000;
const loadsMost = 4;

/** Reads and writes that count for nothing. */
export async function warmUp(target: Target, { forMs, workers, makeLoad, signal }: WarmUpOptions): Promise<void> {
	const roles = await target.roles();
	const place = { addresses: target.addresses, roles, root: `/zkspec-bench-${process.pid}-warm-up`, seed: 0, workers };
	const plan = loadPlanOf({ reads: 50, keys: 300, warmUpMs: 0, forMs }, place);
	let operations = 0;
	for (let loads = 0; loads < loadsMost && operations < operationsLeast && !signal.aborted; loads++) {
		operations += (await loadOnNodes(makeLoad, plan, { signal })).operations;
	}
}
