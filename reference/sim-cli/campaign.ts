import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { run } from "../sim/run.js";
import { drawPlan, type Overrides } from "../sim/swarm.js";
import { starters } from "./starters.js";

export interface Assignment {
	readonly firstSeed: number;
	/** Every so manieth seed is this worker's. */
	readonly step: number;
	readonly seeds: number;
	readonly forMs: number;
	readonly overrides: Overrides;
}

/** What a worker has done since it last said so. */
export interface Progress {
	readonly seeds: number;
	readonly simulatedMs: number;
	readonly cpuMs: number;
	readonly commits: number;
	readonly elections: number;
	readonly answers: number;
	readonly failedSeeds: readonly number[];
	readonly isDone: boolean;
}

const reportEveryMs = 1000;

/** Runs its seeds, telling how far it is; ends early when `tell` returns false. */
export function work(assignment: Assignment, tell: (progress: Progress) => boolean): void {
	const { firstSeed, step, seeds, forMs, overrides } = assignment;
	const endMs = performance.now() + forMs;
	let count = new Tally();
	let reportAtMs = performance.now() + reportEveryMs;
	for (let at = 0; at < seeds && performance.now() < endMs; at++) {
		count.add(firstSeed + at * step, overrides);
		if (performance.now() < reportAtMs && !count.hasFailed) continue;
		if (!tell(count.progress(false))) return;
		count = new Tally();
		reportAtMs = performance.now() + reportEveryMs;
	}
	tell(count.progress(true));
}

class Tally {
	readonly #cpu = process.cpuUsage();
	readonly #failedSeeds: number[] = [];
	#seeds = 0;
	#simulatedMs = 0;
	#commits = 0;
	#elections = 0;
	#answers = 0;

	get hasFailed(): boolean {
		return this.#failedSeeds.length > 0;
	}

	add(seed: number, overrides: Overrides): void {
		const plan = drawPlan(seed, overrides);
		const outcome = run(plan, starters[plan.options.kind]);
		this.#seeds++;
		this.#simulatedMs += outcome.simulatedMs;
		this.#commits += outcome.commits;
		this.#elections += outcome.elections;
		this.#answers += outcome.answers;
		if (outcome.failure !== undefined) this.#failedSeeds.push(seed);
	}

	progress(isDone: boolean): Progress {
		const { user, system } = process.cpuUsage(this.#cpu);
		return {
			seeds: this.#seeds,
			simulatedMs: this.#simulatedMs,
			cpuMs: (user + system) / 1000,
			commits: this.#commits,
			elections: this.#elections,
			answers: this.#answers,
			failedSeeds: this.#failedSeeds,
			isDone,
		};
	}
}

/**
 * The same on several processes: `tell` hears of all of them. Resolves when each has ended.
 * @throws WorkerError when one ended before it was done
 */
export async function workTogether(
	assignment: Assignment,
	jobs: number,
	tell: (progress: Progress) => boolean,
): Promise<void> {
	const { firstSeed, seeds } = assignment;
	const workers: ChildProcess[] = [];
	let isStopped = false;
	const ends = Array.from({ length: jobs }, (_, index) => {
		const share = Math.ceil((seeds - index) / jobs);
		const own: Assignment = { ...assignment, firstSeed: firstSeed + index, step: jobs, seeds: share };
		const worker = fork(fileURLToPath(new URL("./worker-main.js", import.meta.url)), [JSON.stringify(own)]);
		workers.push(worker);
		worker.on("message", (progress) => {
			isStopped ||= !tell(progress as Progress);
			if (isStopped) for (const one of workers) one.kill();
		});
		return new Promise<void>((resolve, reject) => {
			worker.once("exit", (code) => {
				if (code === 0 || isStopped) resolve();
				else reject(new WorkerError(`worker ${index + 1} of ${jobs} ended with ${code}`));
			});
		});
	});
	await Promise.all(ends);
}

class WorkerError extends Error {
	override readonly name = "WorkerError";
}
