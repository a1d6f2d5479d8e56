import type { CellPlan } from "./cell-plan.js";

/** One round of one cell; every subject has its turn in it. */
export interface Turn {
	readonly plan: CellPlan;
	/** From 1. */
	readonly round: number;
}

/** Everything that happens to ensembles of one size. */
export interface Sitting {
	readonly servers: number;
	/** Round by round, so that the rounds of a cell are far apart: a disturbance meets one round of many cells. */
	readonly turns: readonly Turn[];
}

/** The order in which cells are measured. */
export function agendaOf(plans: readonly CellPlan[]): readonly Sitting[] {
	const sizes = [...new Set(plans.map(({ servers }) => servers))];
	return sizes.map((servers) => {
		const own = plans.filter((plan) => plan.servers === servers);
		const rounds = Math.max(...own.map((plan) => plan.rounds));
		const turns = Array.from({ length: rounds }, (_, at) =>
			own.filter((plan) => at < plan.rounds).map((plan) => ({ plan, round: at + 1 })),
		);
		return { servers, turns: turns.flat() };
	});
}
