import type { LoadHooks, LoadPlan, LoadResult } from "../../load/contract.js";
import { cleanUp, setUp } from "../../load/set-up.js";
import { type Metered, meter, sumOfMetered } from "../../targets/meter.js";
import type { Target } from "../../targets/target.js";
import { loadPlanOf } from "../load-plan.js";
import type { MakeLoad, Measured, Stage } from "../measured.js";

/** Requests of a mix for a while; servers are metered from the end of the warm-up to the last measured moment. */
export async function measureLoad(stage: Stage): Promise<Measured> {
	return meteredLoad(stage, stage.party === undefined ? {} : { party: stage.party });
}

/** `measureLoad` with something to do at its beginning and end. */
export async function meteredLoad(
	{ target, ...stage }: Stage,
	hooks: Pick<LoadHooks, "onMeasuring" | "onMeasured" | "party">,
): Promise<Pick<Measured, "load" | "metered">> {
	const plan = loadPlanOf(stage.parameters, { ...stage, addresses: target.addresses });
	return metered(target, { ...hooks, signal: stage.signal }, (all) => loadOnNodes(stage.makeLoad, plan, all));
}

/** Meters the servers during a load that is given these hooks. */
export async function metered(
	target: Target,
	hooks: LoadHooks,
	makeLoad: (hooks: LoadHooks) => Promise<LoadResult>,
): Promise<Pick<Measured, "load" | "metered">> {
	let end = meter(target);
	let found: Metered | undefined;
	const load = await makeLoad({
		...hooks,
		onMeasuring: () => {
			end = meter(target);
			hooks.onMeasuring?.();
		},
		onMeasured: () => {
			found = found === undefined ? end() : sumOfMetered(found, end());
			hooks.onMeasured?.();
		},
	});
	return { load, metered: duringLoad(found ?? end(), load) };
}

/** Timers of different processes are a little apart: what was spent is what that share of the measured time is. */
function duringLoad(metered: Metered, { measuredMs }: LoadResult): Metered {
	const share = measuredMs / metered.elapsedMs;
	const usages = metered.usages.map((usage) => usage && { ...usage, cpuMicros: Math.round(usage.cpuMicros * share) });
	return { ...metered, elapsedMs: measuredMs, usages };
}

/** Makes the nodes, the load, and removes the nodes, whatever happens. */
export async function loadOnNodes(makeLoad: MakeLoad, plan: LoadPlan, hooks: LoadHooks): Promise<LoadResult> {
	try {
		await setUp(plan);
		return await makeLoad(plan, hooks);
	} finally {
		await cleanUp(plan);
	}
}
