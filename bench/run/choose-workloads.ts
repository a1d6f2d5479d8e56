import { UsageError } from "../../conformance/runner/exit-code.js";
import { didYouMean } from "../../spec/load/nearest.js";
import type { CellPlan, Overrides } from "./cell-plan.js";
import { cellPlans } from "./cell-plan.js";
import { readBundledWorkloads, readWorkload } from "./read-workload.js";
import type { Workload } from "./workload.js";

/** What runs when no workload is named: a part of this one, in about a minute. */
const usualName = "read-ratio";
const usual = { servers: [3], rounds: 3, parameters: { reads: [100, 90, 50, 0], warmUpMs: [500], forMs: [2000] } };
/** To see that it works. */
const moment = { rounds: 1, parameters: { warmUpMs: [100], forMs: [300] } };

/**
 * What is to be measured: the cells of these workloads, or what is usual when there are none.
 * @throws UsageError for a name that means nothing; SpecError for a wrong file
 */
export function choosePlans(names: readonly string[], given: Overrides, smoke: boolean): readonly CellPlan[] {
	const implied = names.length === 0 ? usual : { servers: undefined, rounds: undefined, parameters: {} };
	const brief = smoke ? moment : { rounds: undefined, parameters: {} };
	const overrides: Overrides = {
		servers: given.servers ?? implied.servers,
		rounds: given.rounds ?? brief.rounds ?? implied.rounds,
		parameters: { ...implied.parameters, ...brief.parameters, ...given.parameters },
	};
	return chooseWorkloads(names).flatMap((workload) => cellPlans(workload, overrides));
}

function chooseWorkloads(names: readonly string[]): readonly Workload[] {
	const bundled = readBundledWorkloads();
	return (names.length === 0 ? [usualName] : names).map((name) => named(name, bundled));
}

function named(name: string, bundled: readonly Workload[]): Workload {
	if (/\.ya?ml$/.test(name)) return readWorkload(name);
	const found = bundled.find((workload) => workload.name === name);
	if (found !== undefined) return found;
	const known = bundled.map((workload) => workload.name);
	throw new UsageError(`there is no workload "${name}"${didYouMean(name, known) || `; there are ${known.join(", ")}`}`);
}
