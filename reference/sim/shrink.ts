import type { ClientPlan, Plan, SimOptions } from "./plan.js";

/** What a plan does when it is performed: undefined when nothing fails, else what fails and when. */
export type Verdict = (plan: Plan) => { readonly invariant: string; readonly atMs: number } | undefined;

interface Hunt {
	readonly invariant: string;
	readonly verdict: Verdict;
	triesLeft: number;
	plan: Plan;
}

/** Settings under which there is less to look at. */
const calm: Partial<SimOptions> = {
	observers: 0,
	weights: [],
	spikeShare: 0,
	splitShare: 0,
	slowFlushShare: 0,
	driftPpmMax: 0,
	turnUsMax: 1,
	startMsMax: 0,
	preAllocBytes: 0,
	logFileBytesMax: 0,
	purgeIntervalMs: 0,
	snapCount: 10_000,
	commitLogCount: 500,
};

/**
 * A plan as small as can be found that breaks the same promise: shorter, calmer, with fewer clients, faults and steps.
 * @param triesMax runs that may be spent on it
 */
export function shrinkPlan(plan: Plan, verdict: Verdict, triesMax: number): Plan {
	const failure = verdict(plan);
	if (failure === undefined) return plan;
	const hunt: Hunt = { invariant: failure.invariant, verdict, triesLeft: triesMax, plan };
	shorten(hunt, failure.atMs);
	thinFaults(hunt);
	dropClients(hunt);
	calmDown(hunt);
	thinScripts(hunt);
	thinFaults(hunt);
	return hunt.plan;
}

/** Takes over a smaller plan when it still fails. */
function attempt(hunt: Hunt, plan: Plan): boolean {
	if (hunt.triesLeft-- <= 0 || hunt.verdict(plan)?.invariant !== hunt.invariant) return false;
	hunt.plan = plan;
	return true;
}

function shorten(hunt: Hunt, failedAtMs: number): void {
	const { options, faults } = hunt.plan;
	const safetyMs = Math.min(options.safetyMs, Math.ceil(failedAtMs) + 1);
	if (safetyMs < options.safetyMs)
		attempt(hunt, {
			...hunt.plan,
			options: { ...options, safetyMs },
			faults: faults.filter(({ atMs }) => atMs < safetyMs),
		});
}

function calmDown(hunt: Hunt): void {
	for (const [key, value] of Object.entries(calm))
		attempt(hunt, { ...hunt.plan, options: { ...hunt.plan.options, [key]: value } });
}

/** A client without a script still connects: its place stays, so that nobody else moves. */
function dropClients(hunt: Hunt): void {
	for (const index of hunt.plan.clients.keys()) attempt(hunt, withScript(hunt.plan, index, []));
	while (hunt.plan.clients.length > 1 && hunt.plan.clients.at(-1)?.script.length === 0) {
		if (!attempt(hunt, { ...hunt.plan, clients: hunt.plan.clients.slice(0, -1) })) return;
	}
}

function thinFaults(hunt: Hunt): void {
	thin(hunt.plan.faults, (faults) => attempt(hunt, { ...hunt.plan, faults }));
}

function thinScripts(hunt: Hunt): void {
	for (const [index, client] of hunt.plan.clients.entries())
		thin(client.script, (script) => attempt(hunt, withScript(hunt.plan, index, script)));
}

function withScript(plan: Plan, index: number, script: ClientPlan["script"]): Plan {
	return { ...plan, clients: plan.clients.map((client, at) => (at === index ? { ...client, script } : client)) };
}

/** Leaves out parts from halves down to single items, from the end: what came first is more often needed by what follows. */
function thin<T>(items: readonly T[], stillFails: (fewer: readonly T[]) => boolean): void {
	let kept = items;
	for (let size = Math.ceil(items.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
		for (let end = kept.length; end > 0; end -= size) {
			const fewer = [...kept.slice(0, Math.max(0, end - size)), ...kept.slice(end)];
			if (stillFails(fewer)) kept = fewer;
		}
	}
}
