import type { PlannedFault, Workload } from "./workload.js";

/** Whether a smaller workload fails as the first one did. */
export type FailsToo = (workload: Workload) => Promise<boolean>;

export interface Shrunk {
	readonly workload: Workload;
	/** How many smaller ones were tried. */
	readonly tried: number;
}

const durationMsMin = 100;

/**
 * Cuts a workload as long as it fails and there is time: its end, faults, clients, kinds of step, steps, and numbers. Where a
 * failure is a matter of luck, `failsToo` has to try more than once.
 */
export async function shrinkWorkload(workload: Workload, failsToo: FailsToo, hasTime: () => boolean): Promise<Shrunk> {
	const seen = new Set<string>();
	let smallest = workload;
	for (;;) {
		const next = await firstThatFails(smallest, failsToo, hasTime, seen);
		if (next === undefined) return { workload: smallest, tried: seen.size };
		smallest = next;
	}
}

async function firstThatFails(
	workload: Workload,
	failsToo: FailsToo,
	hasTime: () => boolean,
	seen: Set<string>,
): Promise<Workload | undefined> {
	for (const candidate of smallerOnes(workload)) {
		if (!hasTime()) return undefined;
		const key = JSON.stringify(candidate);
		if (seen.has(key)) continue;
		seen.add(key);
		if (await failsToo(candidate)) return candidate;
	}
	return undefined;
}

/** What cuts most comes first. */
function* smallerOnes(workload: Workload): Generator<Workload> {
	const { clients, faults, steps, durationMs, stepsMax, inFlight, pauseMs, parameters } = workload;
	if (faults.type === "given") {
		for (const schedule of withLess(faults.schedule)) yield withSchedule(workload, schedule);
	}
	if (durationMs > 2 * durationMsMin) yield { ...workload, durationMs: Math.round(durationMs / 2) };
	for (const less of withLess(clients)) if (less.length > 0) yield { ...workload, clients: less };
	for (const less of withLess(steps)) if (less.length > 0) yield { ...workload, steps: less };
	if (stepsMax > 1 && Number.isFinite(stepsMax)) yield { ...workload, stepsMax: Math.ceil(stepsMax / 2) };
	if (inFlight > 1) yield { ...workload, inFlight: Math.ceil(inFlight / 2) };
	for (const [name, value] of Object.entries(parameters)) {
		if (value > 1) yield { ...workload, parameters: { ...parameters, [name]: Math.ceil(value / 2) } };
	}
	if (pauseMs[1] > 0) yield { ...workload, pauseMs: [0, 0] };
	if (durationMs > durationMsMin)
		yield { ...workload, durationMs: Math.max(durationMsMin, Math.round(durationMs * 0.8)) };
}

function withSchedule(workload: Workload, schedule: readonly PlannedFault[]): Workload {
	return { ...workload, faults: schedule.length === 0 ? { type: "none" } : { type: "given", schedule } };
}

/** Nothing, each half, and all but one. */
function* withLess<T>(items: readonly T[]): Generator<readonly T[]> {
	if (items.length === 0) return;
	const half = Math.floor(items.length / 2);
	yield [];
	if (items.length > 2) {
		yield items.slice(0, half);
		yield items.slice(half);
	}
	for (const index of items.keys()) yield items.toSpliced(index, 1);
}
