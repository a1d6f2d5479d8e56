import type { Cell, Round } from "../report/report.js";
import { type CellPlan, shownParameters } from "./cell-plan.js";

/** Cells as they fill up, in the order in which they began. */
export class CellBook {
	readonly #cells = new Map<string, Cell & { readonly rounds: Round[] }>();

	add(plan: CellPlan, subject: string, round: Round): void {
		const key = `${plan.id} ${subject}`;
		const known = this.#cells.get(key);
		if (known !== undefined) known.rounds.push(round);
		else this.#cells.set(key, { ...cellOf(plan, subject), rounds: [round] });
	}

	/** Cells of the same id stand together. */
	get cells(): readonly Cell[] {
		const all = [...this.#cells.values()];
		const ids = [...new Set(all.map(({ id }) => id))];
		return ids.flatMap((id) => all.filter((cell) => cell.id === id));
	}
}

function cellOf(plan: CellPlan, subject: string): Omit<Cell, "rounds"> {
	const { id, workload, servers } = plan;
	return { id, workload: workload.name, parameters: shownParameters(plan), subject, servers };
}
