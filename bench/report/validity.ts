import type { Breach } from "../load/contract.js";
import type { Cell, Round } from "./report.js";

/** What a cell's figures may be taken from. */
export interface Validity {
	readonly rounds: readonly Round[];
	/** Why rounds are void, the same reason once. */
	readonly reasons: readonly string[];
	readonly isVoid: boolean;
}

/** The one rule that speaks of the moment and not of the server. */
const momentary: ReadonlySet<string> = new Set(["client-bound"]);

/**
 * A server that was wrong in one round has no figure at all, since nobody knows what its other replies were worth. A client
 * that was too slow for a moment costs only that round.
 */
export function validityOf(cell: Cell): Validity {
	const rounds = cell.rounds.filter((round) => breachesOf(round).length === 0);
	const breaches = cell.rounds.flatMap(breachesOf);
	const isWrong = breaches.some(({ rule }) => !momentary.has(rule));
	return { rounds: isWrong ? [] : rounds, reasons: reasonsOf(breaches), isVoid: isWrong || rounds.length === 0 };
}

export function breachesOf({ breaches, load }: Round): readonly Breach[] {
	return [...breaches, ...load.breaches];
}

function reasonsOf(breaches: readonly Breach[]): string[] {
	const rules = [...new Set(breaches.map(({ rule }) => rule))];
	return rules.map((rule) => {
		const found = breaches.filter((breach) => breach.rule === rule);
		const times = found.reduce((sum, { count }) => sum + count, 0);
		return `${rule}${times > 1 ? ` (${times} times)` : ""}: ${found[0]?.text ?? ""}`;
	});
}
