import { abortable } from "./abortable.js";
import { mergeBreaches } from "./breaches.js";
import { mergeHistograms } from "./buckets.js";
import {
	type Latency,
	type LoadHooks,
	type LoadPlan,
	type LoadResult,
	type OperationKind,
	type Sample,
	sliceOf,
	slicesIn,
} from "./contract.js";
import { ForkedWorker } from "./forked-worker.js";
import { kindNames } from "./kind.js";
import { latencyOf } from "./latency.js";
import { LoadWorker, type WorkerResult } from "./load-worker.js";
import { SampleMerger } from "./sample-merger.js";

/** The plan contradicts itself. */
export class PlanError extends Error {
	override readonly name = "PlanError";
}

/**
 * Makes one measurement on nodes that `setUp` made. With `workers` 0 this process makes the load.
 * @throws PlanError, LoadError when servers do not take the sessions or a worker ends
 */
export async function runLoad(plan: LoadPlan, hooks: LoadHooks = {}): Promise<LoadResult> {
	assertPlan(plan);
	hooks.signal?.throwIfAborted();
	const count = Math.max(1, plan.workers);
	const merger = new SampleMerger(count, (sample) => hooks.onSample?.(sample));
	const workers = Array.from({ length: count }, (_, index) => {
		const tell = (samples: readonly Sample[]) => merger.add(index, samples);
		return plan.workers === 0 ? new LoadWorker(plan, index, tell) : new ForkedWorker(plan, index, tell);
	});
	try {
		return resultOf(plan, await abortable(steps(workers, plan, hooks), hooks.signal));
	} finally {
		for (const worker of workers) worker.abandon();
	}
}

/** All workers make a step before any makes the next. */
async function steps(
	workers: readonly (LoadWorker | ForkedWorker)[],
	plan: LoadPlan,
	hooks: LoadHooks,
): Promise<WorkerResult[]> {
	await Promise.all(workers.map((worker) => worker.open()));
	hooks.signal?.throwIfAborted();
	for (let slice = 0; slice < slicesIn(plan); slice++) {
		const run = () => runTelling(workers, plan, slice, hooks);
		await (hooks.party === undefined ? run() : hooks.party.take(run));
		hooks.signal?.throwIfAborted();
	}
	await hooks.party?.rest();
	await Promise.all(workers.map((worker) => worker.audit()));
	return Promise.all(workers.map((worker) => worker.close()));
}

/** Workers and this process count from the same moment, so that nobody has to send word in the middle of a measurement. */
async function runTelling(
	workers: readonly (LoadWorker | ForkedWorker)[],
	plan: LoadPlan,
	slice: number,
	{ onMeasuring, onMeasured }: LoadHooks,
): Promise<void> {
	const { warmUpMs, measureMs } = sliceOf(plan, slice);
	const timers = [
		setTimeout(() => void onMeasuring?.(), warmUpMs),
		setTimeout(() => void onMeasured?.(), warmUpMs + measureMs),
	];
	try {
		await Promise.all(workers.map((worker) => worker.run(slice)));
	} finally {
		for (const timer of timers) clearTimeout(timer);
	}
}

/** @throws PlanError when it contradicts itself */
export function assertPlan(plan: LoadPlan): void {
	const writes = kindNames.filter((name) => needsOwnKey(name) && (plan.mix[name] ?? 0) > 0);
	if (writes.length > 0 && plan.keys.count < plan.sessions) {
		throw new PlanError(
			`${writes.join(", ")}: each of the ${plan.sessions} sessions needs a key, there are ${plan.keys.count}`,
		);
	}
	if (plan.sessions < plan.workers) throw new PlanError(`${plan.workers} workers have only ${plan.sessions} sessions`);
	if (plan.sessions < 1) throw new PlanError("a load needs at least one session");
	if (plan.addresses.length === 0) throw new PlanError("a load needs at least one address");
	if (!kindNames.some((name) => (plan.mix[name] ?? 0) > 0)) throw new PlanError("the mix has no operation");
}

function needsOwnKey(kind: OperationKind): boolean {
	return kind === "setData" || kind === "multi" || kind === "watch";
}

/** What all workers did, added up. */
export function resultOf({ measureMs }: Pick<LoadPlan, "measureMs">, results: readonly WorkerResult[]): LoadResult {
	const operations = sumOf(results.map((result) => result.operations));
	const cpuMicros = sumOf(results.map((result) => result.cpuMicros));
	const byKind: Partial<Record<OperationKind, Latency>> = {};
	for (const name of kindNames) {
		const texts = results.flatMap(({ histograms }) => histograms[name] ?? []);
		if (texts.length > 0) byKind[name] = latencyOf(mergeHistograms(texts));
	}
	const samples: Sample[] = [];
	const merger = new SampleMerger(results.length, (sample) => samples.push(sample));
	for (const [index, result] of results.entries()) merger.add(index, result.samples);
	return {
		measuredMs: measureMs,
		operations,
		operationsPerSecond: (operations * 1000) / measureMs,
		errors: sumOf(results.map(({ errors }) => errors)),
		latency: latencyOf(mergeHistograms(results.flatMap(({ histograms }) => Object.values(histograms)))),
		byKind,
		samples,
		client: {
			workers: results.length,
			cpuMicros,
			cpuMicrosPerOperation: operations === 0 ? 0 : cpuMicros / operations,
			utilization: Math.max(...results.map(({ utilization }) => utilization)),
		},
		breaches: mergeBreaches(results.map(({ breaches }) => breaches)),
	};
}

function sumOf(numbers: readonly number[]): number {
	return numbers.reduce((sum, number) => sum + number, 0);
}
