import { escapeMarkdown, numberColumn, type Table, tableMarkdown, textColumn } from "../report/table.js";
import type { CellComparison, Comparison, FigureComparison } from "./comparison.js";
import { compareExitCodes, exitCodeOf, regressionsIn } from "./verdict.js";

/** One line: what a comparison comes to. */
export function describeOutcome(comparison: Comparison): string {
	const cells = comparison.cells.length;
	const lost = regressionsIn(comparison);
	const unclear = countOf(comparison, "unclear");
	const better = countOf(comparison, "better");
	const more = [
		...(better > 0 ? [`${better} better`] : []),
		...(unclear > 0 ? [`${unclear} unclear: more rounds would tell`] : []),
		...(comparison.obstacles.length > 0 ? [`${comparison.obstacles.length} not comparable`] : []),
	];
	const counts = more.length === 0 ? "" : ` (${more.join(", ")})`;
	if (lost > 0) return `regression in ${lost} of ${cells} cells${counts}`;
	if (exitCodeOf(comparison) !== compareExitCodes.sameOrBetter) return `not comparable${counts}`;
	const found = unclear > 0 ? "no regression found" : "same or better";
	return `${found} in ${cells} ${cells === 1 ? "cell" : "cells"}${counts}`;
}

function countOf({ cells }: Comparison, verdict: FigureComparison["verdict"]): number {
	return cells.filter(({ figures }) => figures.some((figure) => figure.decides && figure.verdict === verdict)).length;
}

/** How it was compared, in a sentence. */
export function describeMethod({ kind, base, head, wish, cells }: Comparison): string {
	const rounds = cells.flatMap(({ figures }) => figures.map((figure) => figure.rounds));
	const how =
		kind === "in-turns"
			? "measured in turns in one run, rounds compared side by side"
			: "two runs, each round related to what the machine could do just before";
	const many = rounds.length === 0 ? "" : `; ${Math.min(...rounds)} rounds or more`;
	const limit = `a regression is a loss of more than ${percent(wish.threshold)} with ${percent(wish.confidence)} confidence`;
	return `${head} against ${base}: ${how}${many}; ${limit}.`;
}

/** For a pull request: what decides first, the other figures folded away. */
export function describeComparison(comparison: Comparison): string {
	const deciding = comparisonTable("", comparison, ({ decides }) => decides);
	const others = comparisonTable("", comparison, ({ decides }) => !decides);
	return `${[
		`## Benchmark: ${describeOutcome(comparison)}`,
		escapeMarkdown(describeMethod(comparison)),
		...(comparison.obstacles.length === 0
			? []
			: [comparison.obstacles.map((text) => `- ${escapeMarkdown(text)}`).join("\n")]),
		...gridOf(deciding),
		...(others.rows.length === 0
			? []
			: ["<details><summary>Figures that do not decide</summary>", ...gridOf(others), "</details>"]),
	].join("\n\n")}\n`;
}

function gridOf(table: Table): string[] {
	return table.rows.length === 0 ? [] : [tableMarkdown(table)];
}

/** A row for each figure that is wanted, the worst verdicts first. */
export function comparisonTable(
	title: string,
	{ cells }: Comparison,
	isWanted: (figure: FigureComparison) => boolean,
): Table {
	const found = cells.flatMap((cell) => cell.figures.filter(isWanted).map((figure) => ({ cell, figure })));
	const sorted = found.sort((a, b) => order.indexOf(a.figure.verdict) - order.indexOf(b.figure.verdict));
	return {
		title,
		notes: [],
		columns: [
			textColumn("verdict"),
			textColumn("cell"),
			textColumn("figure"),
			numberColumn("change"),
			numberColumn("interval"),
			numberColumn("rounds"),
			textColumn("related to"),
		],
		rows: sorted.map(({ cell, figure }) => rowOf(cell, figure)),
	};
}

const order: readonly FigureComparison["verdict"][] = ["worse", "unclear", "better", "same"];

function rowOf({ label, subject }: CellComparison, figure: FigureComparison): string[] {
	const { middle, least, most } = figure.ratio;
	const interval = least === undefined || most === undefined ? "" : `${change(least)} to ${change(most)}`;
	const cell = subject === "head" ? label : `${label} (${subject})`;
	return [figure.verdict, cell, figure.name, change(middle), interval, String(figure.rounds), figure.relatedTo];
}

/** `-9.8 %` for a ratio of 0.902; four times is told as such. */
function change(ratio: number): string {
	if (ratio >= 2) return `× ${ratio.toFixed(2)}`;
	return `${ratio < 1 ? "-" : "+"}${Math.abs(100 * (ratio - 1)).toFixed(1)} %`;
}

function percent(share: number): string {
	return `${Number((100 * share).toFixed(2))} %`;
}
