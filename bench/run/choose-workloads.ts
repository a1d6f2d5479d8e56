import { UsageError } from "../../conformance/runner/exit-code.js";
import { didYouMean } from "../../spec/load/nearest.js";
import type { CellPlan, Overrides } from "./cell-plan.js";
import { cellPlans } from "./cell-plan.js";
import { measures } from "./measures/measures.js";
import { readBundledWorkloads, readWorkload } from "./read-workload.js";
import type { Workload } from "./workload.js";

/** What runs when no workload is named: a part of this one, in about a minute. */
const usualName = "read-ratio";
const usual = { servers: [3], rounds: 3, parameters: { reads: [100, 90, 50, 0], warmUpMs: [500], forMs: [2000] } };
/** To see that it works. */
const moment: Overrides["parameters"] = {
	warmUpMs: [100],
	forMs: [300],
	sessions: [10],
	window: [10],
	keys: [100],
	workers: [2],
	creates: [20],
	clients: [5],
	barriers: [2],
	nodes: [3],
	znodes: [2000],
};

/** Only what the workload itself has: another parameter could replace one that it means. */
function momentOf({ parameters, sweep }: Workload): Overrides["parameters"] {
	return Object.fromEntries(Object.entries(moment).filter(([name]) => name in parameters || name in sweep));
}

/**
 * What is to be measured: the cells of these workloads, or what is usual when there are none.
 * @throws UsageError for a name that means nothing; SpecError for a wrong file
 */
export function choosePlans(names: readonly string[], given: Overrides, smoke: boolean): readonly CellPlan[] {
	const implied = names.length === 0 ? usual : { servers: undefined, rounds: undefined, parameters: {} };
	const workloads = chooseWorkloads(names);
	checkTaken(workloads, given);
	return workloads.flatMap((workload) =>
		cellPlans(workload, {
			servers: given.servers ?? implied.servers,
			rounds: given.rounds ?? (smoke ? 1 : implied.rounds),
			parameters: takenBy(workload, {
				...implied.parameters,
				...(smoke ? momentOf(workload) : {}),
				...given.parameters,
			}),
		}),
	);
}

/** What somebody says and nobody hears would be a figure of something else than was meant. */
function checkTaken(workloads: readonly Workload[], { parameters }: Overrides): void {
	const taken = new Set(workloads.flatMap((workload) => Object.keys(takenBy(workload, parameters))));
	const name = Object.keys(parameters).find((each) => !taken.has(each));
	if (name === undefined) return;
	const names = workloads.map((workload) => workload.name).join(", ");
	const known = [...new Set(workloads.flatMap(({ kind }) => measures[kind].takes))];
	throw new UsageError(
		`${names}: "${name}" means nothing there${didYouMean(name, known) || `; ${known.join(", ")} do`}`,
	);
}

function takenBy({ kind }: Workload, parameters: Overrides["parameters"]): Overrides["parameters"] {
	const { takes } = measures[kind];
	return Object.fromEntries(Object.entries(parameters).filter(([name]) => takes.some((each) => each === name)));
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
