import { UsageError } from "../../conformance/runner/exit-code.js";
import { versionOfPackage } from "../../spec/load/package-root.js";
import { Coordinator } from "../distributed/coordinator.js";
import { runLoad } from "../load/run-load.js";
import type { CellPlan } from "./cell-plan.js";
import { connectMs } from "./control-flags.js";
import type { MakeLoad } from "./measured.js";
import type { BenchOptions } from "./options.js";
import type { MeasureKind } from "./workload.js";

export interface LoadSource {
	readonly makeLoad: MakeLoad;
	/** @param reason why not everything was measured */
	close(reason?: string): Promise<void>;
}

/** The others have clients of their own, all in this process. */
const shareable: ReadonlySet<MeasureKind> = new Set(["load", "failures"]);

/** @throws UsageError for workloads whose load can not be shared out */
export function assertShareable(plans: readonly CellPlan[]): void {
	const alone = plans.find(({ workload }) => !shareable.has(workload.kind));
	if (alone !== undefined)
		throw new UsageError(`${alone.workload.name} is measured by one process alone: leave --control out`);
}

/**
 * Processes of this machine, or with `--control` the workers that have joined there.
 * @throws GatherError, ControlError; the signal's reason
 */
export async function loadSource(
	{ control, run, workers, gather, controlSession }: BenchOptions,
	signal: AbortSignal,
	say: (text: string) => void,
): Promise<LoadSource> {
	if (control === undefined) return { makeLoad: runLoad, close: async () => undefined };
	const coordinator = await Coordinator.open({
		servers: control,
		sessionMs: controlSession,
		connectMs,
		run,
		workers,
		gatherMs: gather,
		version: versionOfPackage(),
		signal,
		say,
	});
	say(`the load is made by ${coordinator.workers.join(", ")}`);
	return {
		makeLoad: (plan, hooks) => coordinator.load(plan, hooks),
		close: (reason) => coordinator.close(reason),
	};
}
