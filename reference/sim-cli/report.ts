import { spawnSync } from "node:child_process";
import type { Plan } from "../sim/plan.js";
import type { Failure } from "../sim/run.js";
import type { Progress } from "./campaign.js";

/** Of the files that run, when git knows. */
export function maybeCommit(): string | undefined {
	const result = spawnSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" });
	return result.status === 0 ? result.stdout.trim() : undefined;
}

export class Totals {
	seeds = 0;
	#simulatedMs = 0;
	#cpuMs = 0;
	#commits = 0;
	#elections = 0;
	#answers = 0;
	readonly failedSeeds: number[] = [];

	add(progress: Progress): void {
		this.seeds += progress.seeds;
		this.#simulatedMs += progress.simulatedMs;
		this.#cpuMs += progress.cpuMs;
		this.#commits += progress.commits;
		this.#elections += progress.elections;
		this.#answers += progress.answers;
		this.failedSeeds.push(...progress.failedSeeds);
	}

	/** One line: how much was run, and how many simulated seconds in one second of one core. */
	describe(): string {
		const rate = this.#cpuMs === 0 ? 0 : Math.round(this.#simulatedMs / this.#cpuMs);
		const simulated = `${Math.round(this.#simulatedMs / 1000)} simulated s`;
		const done = `${this.#elections} elections, ${this.#commits} commits, ${this.#answers} answers`;
		return `${this.seeds} seeds, ${simulated} (${rate} a CPU second), ${done}, ${this.failedSeeds.length} failed`;
	}
}

/** What failed, and how to see it again. */
export function describeFailure({ options }: Plan, failure: Failure, commit: string | undefined): string[] {
	return [
		`seed ${options.seed}${commit === undefined ? "" : `, commit ${commit}`}: broken after ${Math.round(failure.atMs)} ms`,
		`  promise: ${failure.invariant}`,
		`  ${failure.message}`,
		`  again: npm run sim -- ${options.seed} --trace`,
	];
}

export function describePlan({ options, faults, clients }: Plan): string {
	const steps = clients.reduce((sum, { script }) => sum + script.length, 0);
	const servers = `${options.servers} servers, ${options.observers} observers`;
	return `${servers}, ${clients.length} clients with ${steps} steps, ${faults.length} faults, ${options.safetyMs} ms`;
}
