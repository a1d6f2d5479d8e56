import type { Target } from "../targets/target.js";
import { loadPlanOf } from "./load-plan.js";
import type { MakeLoad } from "./measured.js";
import { loadOnNodes } from "./measures/load.js";

export interface WarmUpOptions {
	readonly forMs: number;
	readonly workers: number;
	readonly makeLoad: MakeLoad;
	readonly signal: AbortSignal;
}

/** Reads and writes that count for nothing. */
export async function warmUp(target: Target, { forMs, workers, makeLoad, signal }: WarmUpOptions): Promise<void> {
	const roles = await target.roles();
	const place = { addresses: target.addresses, roles, root: `/zkspec-bench-${process.pid}-warm-up`, seed: 0, workers };
	await loadOnNodes(makeLoad, loadPlanOf({ reads: 50, warmUpMs: 0, forMs }, place), { signal });
}
