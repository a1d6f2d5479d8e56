import type { Suite } from "../../conformance/runner/suite.js";
import type { Edit } from "../mutants/mutant.js";
import { withPlanted } from "../mutants/planted.js";
import { runScenarios } from "./run-scenarios.js";
import type { ServerMutant } from "./server-mutant.js";
import { tryWorkload } from "./workload-trial.js";

/** What a run of the suite said about a faulty server. */
export interface Verdicts {
	/** Clauses that it calls violated; all of them only where everything was run. */
	readonly violated: readonly string[];
	/** What it said of a clause that it does not call violated, in a few words. */
	why(clause: string): string;
}

export interface Finding {
	readonly violated: readonly string[];
	/** Of the mutant's own clauses, those that are not violated. */
	readonly missed: readonly string[];
	/** What else there is to know when something is missed. */
	readonly remarks: readonly string[];
	readonly seconds: number;
}

/** The simulator's own checks would come first: here the scenarios have to find it. */
const checksOff: Edit = { file: "sim/violation.js", find: "if (!condition)", replace: "if (false)" };

/** Runs what should see through a mutant; and the whole suite when that does not. */
export function tryMutant(suite: Suite, mutant: ServerMutant, everything: boolean): Promise<Finding> {
	const planted = mutant.simulated ? { ...mutant, and: [...(mutant.and ?? []), checksOff] } : mutant;
	return withPlanted(planted, ["reference", "conformance", "spec"], async (folder) => {
		const startMs = performance.now();
		const verdicts = await (mutant.workload === undefined
			? runScenarios(suite, folder, mutant, everything)
			: verdictsOfWorkload(folder, mutant));
		const seconds = (performance.now() - startMs) / 1000;
		const missed = mutant.clauses.filter((id) => !verdicts.violated.includes(id));
		const remarks = missed.map((id) => `${id}: ${verdicts.why(id)}`);
		if (missed.length === mutant.clauses.length && mutant.workload === undefined && !everything) {
			const { violated } = await runScenarios(suite, folder, mutant, true);
			remarks.push(`everything run, these are violated: ${violated.join(", ") || "none"}`);
		}
		return { violated: verdicts.violated, missed, remarks, seconds };
	});
}

async function verdictsOfWorkload(folder: string, mutant: ServerMutant): Promise<Verdicts> {
	const { violated, remark } = await tryWorkload(folder, mutant);
	return { violated, why: () => remark || "kept" };
}
