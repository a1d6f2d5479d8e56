import type { Comparison } from "./comparison.js";
import type { Interval } from "./interval.js";

/**
 * `worse` and `better`: the whole interval lies beyond the threshold. `same`: no loss beyond the threshold is left within it.
 * `unclear`: there may be such a loss or not, more rounds would tell.
 */
export type Verdict = "worse" | "same" | "better" | "unclear";

/** Of the logarithm of head by base. What may be luck by the mere order of the rounds is no change, only unclear. */
export function verdictOn(
	better: "more" | "less",
	interval: Interval | undefined,
	isLuck: boolean,
	threshold: number,
): Verdict {
	if (interval === undefined) return "unclear";
	const [least, most] = better === "more" ? [interval.least, interval.most] : [-interval.most, -interval.least];
	const limit = -Math.log(1 - threshold);
	if (most < -limit) return isLuck ? "unclear" : "worse";
	if (least > limit) return isLuck ? "unclear" : "better";
	return least >= -limit ? "same" : "unclear";
}

export const compareExitCodes = { sameOrBetter: 0, regression: 1, wrongUse: 2, notComparable: 3 } as const;

/** A loss that was found stays one, whatever else could not be compared. */
export function exitCodeOf(comparison: Comparison): number {
	if (regressionsIn(comparison) > 0) return compareExitCodes.regression;
	const hasNothing = comparison.cells.length === 0 || comparison.obstacles.length > 0;
	return hasNothing ? compareExitCodes.notComparable : compareExitCodes.sameOrBetter;
}

/** Cells with a loss in a figure that decides. */
export function regressionsIn({ cells }: Comparison): number {
	return cells.filter(({ figures }) => figures.some(({ decides, verdict }) => decides && verdict === "worse")).length;
}
