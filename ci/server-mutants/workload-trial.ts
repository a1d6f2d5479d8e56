import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Finding as Broken } from "../../conformance/check/verdict.js";
import { Codec } from "../../conformance/client/codec.js";
import type * as Simulated from "../../conformance/simulated/simulated-ensemble.js";
import { runAndJudge } from "../../conformance/workload/judged-run.js";
import { nodePlatform } from "../../conformance/workload/node-platform.js";
import { readBundledWorkloads } from "../../conformance/workload/read-workload.js";
import type { Workload } from "../../conformance/workload/workload.js";
import { loadWireSpec } from "../../spec/load/wire.js";
import type { ServerMutant } from "./server-mutant.js";

/** What a workload showed of a mutant. */
export interface WorkloadFinding {
	readonly violated: readonly string[];
	/** Why it was broken off, if it was. */
	readonly remark: string;
}

/** Most are found by the first; each is a second's work. */
const seeds = Array.from({ length: 16 }, (_, index) => index + 1);
const durationMs = 4000;

/**
 * Runs a mutant's workload on a simulated ensemble of the copy in this folder, which makes a run the same each time, with
 * one seed after the other until all of the mutant's clauses are found to be broken.
 */
export function tryWorkload(folder: string, mutant: ServerMutant): Promise<WorkloadFinding> {
	const trial = last.then(() => tryAlone(folder, mutant));
	last = Promise.allSettled([trial]);
	return trial;
}

/** A process lives in one simulated time: one trial after the other. */
let last: Promise<unknown> = Promise.resolve();

async function tryAlone(folder: string, { workload: name, clauses, servers }: ServerMutant): Promise<WorkloadFinding> {
	const workload = readBundledWorkloads().find((each) => each.name === name);
	if (workload === undefined) return { violated: [], remark: `there is no workload ${name}` };
	const file = path.join(folder, "dist", "conformance", "simulated", "simulated-ensemble.js");
	const { SimulatedEnsemble } = (await import(pathToFileURL(file).href)) as typeof Simulated;
	const violated = new Set<string>();
	const remarks: string[] = [];
	for (const seed of seeds) {
		const ensemble = new SimulatedEnsemble({ seed, servers, observers: 0 });
		try {
			const found = await simulate({ ...workload, durationMs }, seed, ensemble, folder);
			for (const { clause } of found) violated.add(clause);
		} catch (error) {
			if (!(error instanceof Error) || error.name !== "Violation") throw error;
			remarks.push(`the simulator's own check, seed ${seed}: ${error.message}`);
		} finally {
			await ensemble.stop();
		}
		if (clauses.every((id) => violated.has(id))) break;
	}
	return { violated: [...violated], remark: remarks.join("; ") };
}

async function simulate(
	workload: Workload,
	seed: number,
	driver: Simulated.SimulatedEnsemble,
	folder: string,
): Promise<readonly Broken[]> {
	const { verdict } = await driver.drive(
		runAndJudge({
			workload,
			seed,
			driver,
			platform: nodePlatform(driver.members.map(({ address }) => address)),
			codec: new Codec(loadWireSpec()),
			root: "/zkspec-mutant",
			file: path.join(folder, "history.zkh"),
			startedAt: new Date(0),
			stopped: new AbortController().signal,
			progress: () => undefined,
		}),
	);
	return verdict.outcome === "violated" ? verdict.findings : [];
}
