import { copyFileSync, writeFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import type { JudgedRun } from "../../workload/judged-run.js";
import { drawSchedule } from "../../workload/schedule.js";
import { shrinkWorkload } from "../../workload/shrink.js";
import type { Workload } from "../../workload/workload.js";
import { workloadYaml } from "../../workload/workload-yaml.js";
import type { KnownFaults } from "./known-faults.js";
import { performRun } from "./perform-run.js";
import type { WorkloadJob } from "./workload-command.js";

/** A failure that is a matter of luck gets so many chances to show again. */
const chances = 3;

/**
 * Runs smaller and smaller workloads that fail in the same way, for as long as the command line allows; the smallest is
 * written beside its history. Returns its file.
 */
export async function shrinkFailure(
	job: WorkloadJob,
	workload: Workload,
	seed: number,
	failed: JudgedRun,
): Promise<string> {
	const { screen, options, interrupts, house, known, histories } = job;
	const wanted = clausesOf(failed, known);
	const name = `zkspec-${workload.name}-${seed}-small`;
	const endMs = performance.now() + options.shrinkForMs;
	const hasTime = (): boolean => performance.now() < endMs && interrupts.exitCode === undefined;
	const failsToo = async (candidate: Workload): Promise<boolean> => {
		for (let chance = 0; chance < chances && hasTime(); chance++) {
			const file = histories.fileOf(`${workload.name}-try`, seed);
			const run = await performRun(job, candidate, seed, file);
			if (![...clausesOf(run, known)].some((clause) => wanted.has(clause))) continue;
			copyFileSync(file, `${name}.zkh`);
			return true;
		}
		return false;
	};
	const { faults } = drawSchedule(workload, seed, house.abilities);
	const stepsMax = Math.min(workload.stepsMax, failed.report.stepsMost);
	const given: Workload = { ...workload, seed, stepsMax, faults: { type: "given", schedule: faults } };
	const { workload: smallest, tried } = await shrinkWorkload(given, failsToo, hasTime);
	const comment = `Fails with seed ${seed}: ${[...wanted].join(", ")}.`;
	writeFileSync(`${name}.yaml`, workloadYaml(smallest, comment));
	screen.status("");
	screen.line(`    shrunk: ${name}.yaml (${described(smallest)}; ${tried} smaller ones tried)`);
	return `${name}.yaml`;
}

/** What it shows to be broken and is not known; the protocol itself is no clause. */
function clausesOf({ report, verdict }: JudgedRun, known: KnownFaults): ReadonlySet<string> {
	const found = verdict.outcome === "violated" ? verdict.counts.map(({ clause }) => clause) : [];
	const unknown = found.filter((clause) => known.of(clause) === undefined);
	return new Set(report.broken.length > 0 ? ["the protocol", ...unknown] : unknown);
}

function described({ clients, durationMs, steps, faults }: Workload): string {
	const count = faults.type === "given" ? faults.schedule.length : 0;
	return `${clients.length} clients, ${durationMs} ms, ${steps.length} kinds of step, ${count} faults`;
}
