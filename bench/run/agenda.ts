import type { CellPlan } from "./cell-plan.js";
import { measures } from "./measures/measures.js";

/** One round of one cell; every subject has its turn in it. */
export interface Turn {
	readonly plan: CellPlan;
	/** From 1. */
	readonly round: number;
}

/** Everything that happens to ensembles of one size, with HTTP or without, from their start to their end. */
export interface Sitting {
	readonly servers: number;
	readonly http: boolean;
	/** Round by round, so that the rounds of a cell are far apart: a disturbance meets one round of many cells. */
	readonly turns: readonly Turn[];
}

/**
 * The order in which cells are measured.
 * @param roundsTogether after so many rounds servers are started anew: processes of one and the same build differ, by what was
 * compiled when and by what lies where, and no number of rounds on the same processes would tell
 */
export function agendaOf(plans: readonly CellPlan[], roundsTogether = Number.POSITIVE_INFINITY): readonly Sitting[] {
	const sittings: Sitting[] = [];
	for (const plan of plans) {
		const http = needsHttp(plan.workload);
		if (sittings.some((each) => each.servers === plan.servers && each.http === http)) continue;
		const own = plans.filter(({ servers, workload }) => servers === plan.servers && needsHttp(workload) === http);
		const starts = groupsOf(turnsOf(own), ({ round }) => Math.floor((round - 1) / roundsTogether));
		for (const turns of starts) sittings.push({ servers: plan.servers, http, turns });
	}
	return sittings;
}

function turnsOf(plans: readonly CellPlan[]): readonly Turn[] {
	const rounds = Math.max(...plans.map((plan) => plan.rounds));
	const turns = Array.from({ length: rounds }, (_, at) =>
		plans.filter((plan) => at < plan.rounds).map((plan) => ({ plan, round: at + 1 })),
	);
	return turns.flat();
}

/** Neighbours of one key, in their order. */
function groupsOf<T>(all: readonly T[], keyOf: (one: T) => number): readonly (readonly T[])[] {
	const groups = new Map<number, T[]>();
	for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
	return [...groups.values()];
}

export function needsHttp({ kind }: CellPlan["workload"]): boolean {
	return measures[kind].needsHttp === true;
}
