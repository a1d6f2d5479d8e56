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
		const all = turnsOf(own);
		const rounds = all.at(-1)?.round ?? 0;
		for (let from = 1; from <= rounds; from += roundsTogether) {
			const turns = all.filter(({ round }) => round >= from && round < from + roundsTogether);
			sittings.push({ servers: plan.servers, http, turns });
		}
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

export function needsHttp({ kind }: CellPlan["workload"]): boolean {
	return measures[kind].needsHttp === true;
}
