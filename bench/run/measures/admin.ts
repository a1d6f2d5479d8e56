import { type AdminPlan, runAdminLoad } from "../../http/admin-load.js";
import type { LoadResult } from "../../load/contract.js";
import type { Measured, Stage } from "../measured.js";
import { doorsOf } from "./http.js";
import { meteredLoad } from "./load.js";

/**
 * How much admin endpoints slow down while their servers have much to do: the same command again and again, first alone, then
 * under a load of the native protocol. The round's load is that one; the endpoint's own figures stand beside it.
 */
export async function measureAdmin(stage: Stage): Promise<Measured> {
	const { connections = 4, command = "monitor", warmUpMs = 500, forMs = 2000 } = stage.parameters;
	const admins = doorsOf(stage.target).map(({ admin }) => admin);
	const { signal } = stage;
	const plan = { admins, command, connections, warmUpMs, measureMs: forMs, sampleMs: forMs };
	const idle = await runAdminLoad(plan, { signal });
	const { busy, ...measured } = await underLoad(stage, plan);
	return {
		...measured,
		figures: {
			...figuresOf("idle", idle),
			...figuresOf("busy", busy),
			busyOverIdle: perSecond(busy) / perSecond(idle),
		},
		breaches: [...idle.breaches, ...busy.breaches],
	};
}

/** The endpoint is asked for as long as the native load is measured. */
async function underLoad(stage: Stage, plan: AdminPlan): Promise<Measured & { readonly busy: LoadResult }> {
	let asked: Promise<LoadResult> | undefined;
	const onMeasuring = (): void => {
		asked = runAdminLoad({ ...plan, warmUpMs: 0 }, { signal: stage.signal });
	};
	const measured = await meteredLoad(stage, { onMeasuring });
	if (asked === undefined) throw new Error("the load was never measured");
	return { ...measured, busy: await asked };
}

function figuresOf(name: "idle" | "busy", load: LoadResult): Readonly<Record<string, number>> {
	return {
		[`${name}AdminPerSecond`]: perSecond(load),
		[`${name}AdminP50Ms`]: load.latency.p50Micros / 1000,
		[`${name}AdminP99Ms`]: load.latency.p99Micros / 1000,
	};
}

function perSecond({ operationsPerSecond }: LoadResult): number {
	return operationsPerSecond;
}
