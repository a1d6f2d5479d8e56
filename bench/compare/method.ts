import { median } from "../report/median.js";
import type { Cell } from "../report/report.js";
import { pairedRounds } from "../report/subject-pairs.js";
import { validityOf } from "../report/validity.js";
import type { Figure } from "./figure.js";
import { differenceOf, type Interval, intervalOf } from "./interval.js";
import { luckOfRanks, luckOfSigns } from "./luck.js";
import { machineLog, type Scale, scaledLog } from "./scale.js";

/** Two sides of one cell, neither of them void. */
export interface Pair {
	readonly label: string;
	readonly base: Cell;
	readonly head: Cell;
}

/** How the rounds of two sides become the logarithm of their ratio. */
export interface Method {
	/** Whether figures may stand for themselves, related to nothing. */
	readonly mayBeNone: boolean;
	/** Values whose spread is noise. */
	groups(pair: Pair, figure: Figure, scale: Scale): readonly (readonly number[])[];
	/** Undefined where a side has no such figure. */
	middle(pair: Pair, figure: Figure, scale: Scale): number | undefined;
	/** Undefined where there are too few rounds. `common` is what all cells of the run have in common. */
	interval(pair: Pair, figure: Figure, scale: Scale, common: number, confidence: number): Interval | undefined;
	/** How probable this order of the rounds is where both sides are the same. */
	luck(pair: Pair, figure: Figure, scale: Scale): number;
}

/** Rounds stand side by side: what the machine did to one it mostly did to the other. */
export const inTurns: Method = {
	mayBeNone: true,
	groups: (pair, figure, scale) => [differencesInTurns(pair, figure, scale)],
	middle: (pair, figure, scale) => maybeMedianOf(differencesInTurns(pair, figure, scale)),
	interval: (pair, figure, scale, _common, confidence) =>
		intervalOf(differencesInTurns(pair, figure, scale), confidence),
	luck: (pair, figure, scale) => luckOfSigns(differencesInTurns(pair, figure, scale)),
};

function differencesInTurns({ base, head }: Pair, figure: Figure, scale: Scale): readonly number[] {
	return pairedRounds({ cell: head, peer: base }).flatMap(([own, other]) => {
		const [after, before] = [scaledLog(figure, own, scale), scaledLog(figure, other, scale)];
		return after === undefined || before === undefined ? [] : [after - before];
	});
}

/** Two runs: only what the machine could do in each of them relates them. */
export const inTwoRuns: Method = {
	mayBeNone: false,
	groups: ({ base, head }, figure, scale) => [logsOf(base, figure, scale), logsOf(head, figure, scale)],
	middle: ({ base, head }, figure, scale) => {
		const before = maybeMedianOf(logsOf(base, figure, scale));
		const after = maybeMedianOf(logsOf(head, figure, scale));
		return before === undefined || after === undefined ? undefined : after - before;
	},
	interval: ({ base, head }, figure, scale, common, confidence) => {
		const interval = differenceOf(logsOf(base, figure, scale), logsOf(head, figure, scale), confidence);
		const doubt = Math.min(Math.abs(common), Math.abs(driftBetween(base, head, scale)) / 2);
		return interval && { ...interval, least: interval.least - doubt, most: interval.most + doubt };
	},
	luck: ({ base, head }, figure, scale) => luckOfRanks(logsOf(base, figure, scale), logsOf(head, figure, scale)),
};

function logsOf(cell: Cell, figure: Figure, scale: Scale): readonly number[] {
	return validityOf(cell)
		.rounds.map((round) => scaledLog(figure, round, scale))
		.filter((value) => value !== undefined);
}

/**
 * By how much the machine was faster or slower in the other run. A machine that is slower is so in all cells, and what it
 * could do tells by how much, though not exactly: of a change that all cells share, half of that much may be the machine's.
 * A change that only some cells have is not.
 */
function driftBetween(base: Cell, head: Cell, scale: Scale): number {
	const middle = (cell: Cell) =>
		median(validityOf(cell).rounds.map(({ calibration }) => machineLog(calibration, scale)));
	return middle(head) - middle(base);
}

function maybeMedianOf(values: readonly number[]): number | undefined {
	return values.length === 0 ? undefined : median(values);
}
