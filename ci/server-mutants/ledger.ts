import type { Clause } from "../../spec/load/guarantee.js";
import { type Debt, isOwed, type ServerMutant } from "./server-mutant.js";

/** Which promises have a mutant, and which should. */
export interface Ledger {
	/** Clauses of level must that no mutant breaks and no debt explains. */
	readonly uncaught: readonly string[];
	/** Clauses that a debt explains. */
	readonly owed: readonly string[];
	/** Debts that are none: their clause has a mutant by now, or is no clause of level must. */
	readonly stale: readonly string[];
	/** Clauses that mutants name and the spec does not have, each with the mutant. */
	readonly unknown: readonly string[];
}

/** Only what mutants say they break counts: what one breaks beside that would count in some runs and not in others. */
export function ledgerOf(
	clauses: readonly Pick<Clause, "id" | "level">[],
	mutants: readonly Pick<ServerMutant, "id" | "clauses">[],
	debts: readonly Debt[],
): Ledger {
	const ids = new Set(clauses.map(({ id }) => id));
	const musts = clauses.filter(({ level }) => level === "must").map(({ id }) => id);
	const named = new Set(mutants.flatMap((mutant) => mutant.clauses));
	const open = musts.filter((id) => !named.has(id));
	const isDebt = (id: string): boolean => debts.some((debt) => isOwed(debt, id));
	return {
		uncaught: open.filter((id) => !isDebt(id)),
		owed: open.filter(isDebt),
		stale: debts.filter((debt) => !open.some((id) => isOwed(debt, id))).map(({ clause }) => clause),
		unknown: mutants.flatMap(({ id, clauses: own }) =>
			own.filter((clause) => !ids.has(clause)).map((clause) => `${clause} (${id})`),
		),
	};
}
