import picomatch from "picomatch";
import { didYouMean } from "../../../spec/load/nearest.js";
import { readBundledWorkloads, readWorkload } from "../../workload/read-workload.js";
import type { Workload } from "../../workload/workload.js";
import { UsageError } from "../exit-code.js";
import type { WorkloadOptions } from "./workload-options.js";

/**
 * The workloads that the command line names, as it wants them.
 * @throws UsageError for a name that means nothing, or no name at all; SpecError for a wrong file
 */
export function chooseWorkloads(options: WorkloadOptions): readonly Workload[] {
	const { names, all, list, forMs, clients, faults } = options;
	const bundled = readBundledWorkloads();
	const known = bundled.map(({ name }) => name);
	if (names.length === 0 && !all && !list) {
		throw new UsageError(`name a workload (${known.join(", ")}), or say --all`);
	}
	const chosen = names.length === 0 ? bundled : names.flatMap((name) => named(name, bundled, known));
	return chosen.map((workload) => ({
		...workload,
		durationMs: forMs ?? workload.durationMs,
		clients: clients === undefined ? workload.clients : Array.from({ length: clients }, (_, client) => client),
		faults: faults === false ? { type: "none" } : workload.faults,
	}));
}

function named(name: string, bundled: readonly Workload[], known: readonly string[]): readonly Workload[] {
	if (/\.ya?ml$/.test(name)) return [readWorkload(name)];
	const matches = picomatch(name);
	const found = bundled.filter((workload) => matches(workload.name));
	if (found.length > 0) return found;
	throw new UsageError(`there is no workload "${name}"${didYouMean(name, known) || `; there are ${known.join(", ")}`}`);
}
