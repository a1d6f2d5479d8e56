import { median } from "../report/median.js";
import type { Calibration, Round } from "../report/report.js";
import type { Figure } from "./figure.js";

/** What a round's figure is related to: a product of what the machine could do just before. */
export interface Scale {
	readonly name: string;
	/** Exponents; their sum is 1 where anything is related to anything. */
	readonly echoes: number;
	readonly flushes: number;
	readonly turns: number;
}

const none: Scale = { name: "nothing", echoes: 0, flushes: 0, turns: 0 };
const related: readonly Scale[] = [
	{ name: "echoes", echoes: 1, flushes: 0, turns: 0 },
	{ name: "turns", echoes: 0, flushes: 0, turns: 1 },
	{ name: "echoes and turns", echoes: 0.5, flushes: 0, turns: 0.5 },
	{ name: "echoes and flushes", echoes: 0.5, flushes: 0.5, turns: 0 },
	{ name: "flushes and turns", echoes: 0, flushes: 0.5, turns: 0.5 },
];

/** The logarithm of a figure, as it would be on a machine that can do one of everything; differences of it are ratios. */
export function scaledLog(figure: Figure, round: Round, scale: Scale): number | undefined {
	const value = figure.of(round);
	if (value === undefined || value <= 0) return undefined;
	const sign = figure.better === "more" ? -1 : 1;
	return Math.log(value) + sign * machineLog(round.calibration, scale);
}

/** The logarithm of what the machine could do. */
export function machineLog({ echoesPerSecond, flushesPerSecond, turnsPerSecond }: Calibration, scale: Scale): number {
	const { echoes, flushes, turns } = scale;
	return echoes * Math.log(echoesPerSecond) + flushes * Math.log(flushesPerSecond) + turns * Math.log(turnsPerSecond);
}

/** A little less noise in a few rounds is luck. */
const gainLeast = 0.1;

/**
 * The scale that leaves least noise in what `spreadUnder` measures. Two runs are always related to something, since their
 * machine may have had another speed as a whole, which no round of one run shows.
 */
export function quietestScale(spreadUnder: (scale: Scale) => number, mayBeNone: boolean): Scale {
	const best = related.reduce((best, scale) => (spreadUnder(scale) < spreadUnder(best) ? scale : best));
	return mayBeNone && spreadUnder(best) > (1 - gainLeast) * spreadUnder(none) ? none : best;
}

/** Mean distance from the median of one's own group: what one spoilt round does not decide. */
export function spreadWithin(groups: readonly (readonly number[])[]): number {
	const distances = groups.flatMap((group) => {
		const middle = median(group);
		return group.map((value) => Math.abs(value - middle));
	});
	return distances.reduce((sum, distance) => sum + distance, 0) / Math.max(1, distances.length);
}
