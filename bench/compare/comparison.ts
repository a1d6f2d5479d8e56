import { maybeMedian } from "../report/median.js";
import type { Cell, Report } from "../report/report.js";
import { validityOf } from "../report/validity.js";
import { cellLabel } from "../report/workload-tables.js";
import { decidingFigures, type Figure, sharedFigures } from "./figure.js";
import { inTurns, inTwoRuns, type Method, type Pair } from "./method.js";
import { obstaclesBetween, obstaclesOf, sameParameters, sameWorkload } from "./obstacles.js";
import { quietestScale, type Scale, spreadWithin } from "./scale.js";
import { type Verdict, verdictOn } from "./verdict.js";

export interface Wish {
	/** A loss up to this share is no regression: 0.05. */
	readonly threshold: number;
	/** Of each interval: 0.95. */
	readonly confidence: number;
	/** Names of figures that decide, instead of each workload's own. */
	readonly gate?: readonly string[];
}

export interface Comparison {
	/** `in-turns`: rounds of both stand side by side in one run. */
	readonly kind: "in-turns" | "two-runs";
	readonly base: string;
	readonly head: string;
	readonly wish: Wish;
	readonly cells: readonly CellComparison[];
	/** Why something could not be compared, one sentence each. */
	readonly obstacles: readonly string[];
}

export interface CellComparison {
	readonly label: string;
	readonly subject: string;
	readonly figures: readonly FigureComparison[];
}

export interface FigureComparison {
	readonly name: string;
	readonly better: Figure["better"];
	/** Whether a loss of it is a regression of the cell. */
	readonly decides: boolean;
	/** Head by base; without rounds enough for an interval, `least` and `most` are absent. */
	readonly ratio: { readonly middle: number; readonly least?: number; readonly most?: number };
	readonly verdict: Verdict;
	/** Rounds that count, of the side that has fewer. */
	readonly rounds: number;
	/** What it was related to: see `Scale`. */
	readonly relatedTo: string;
}

/** Two subjects that were measured in turns in one run. */
export function compareSubjects(report: Report, base: string, head: string, wish: Wish): Comparison {
	const pairs = report.cells
		.filter(({ subject }) => subject === base)
		.flatMap((cell) => {
			const other = report.cells.find(({ id, subject }) => id === cell.id && subject === head);
			return other === undefined ? [] : [{ label: cellLabel(cell, report), base: cell, head: other }];
		});
	const obstacles = obstaclesOf(report, base, head);
	return { kind: "in-turns", base, head, wish, cells: compareAll(pairs, wish, inTurns), obstacles };
}

/** The same subjects of two runs; each figure is related to what the machine could do at that moment. */
export function compareRuns(base: Report, head: Report, wish: Wish): Comparison {
	const obstacles = obstaclesBetween(base, head);
	const isHopeless = obstacles.some(({ ofAll }) => ofAll);
	const pairs = isHopeless ? [] : pairsOf(base, head);
	return {
		kind: "two-runs",
		base: nameOf(base),
		head: nameOf(head),
		wish,
		cells: compareAll(pairs, wish, inTwoRuns),
		obstacles: obstacles.map(({ text }) => text),
	};
}

function pairsOf(base: Report, head: Report): readonly Pair[] {
	const alike = base.cells.filter(({ workload }) => sameWorkload(workload, base, head));
	return alike.flatMap((cell) => {
		const other = head.cells.find(({ id, subject }) => id === cell.id && subject === cell.subject);
		if (other === undefined || !sameParameters(cell, other)) return [];
		return [{ label: cellLabel(cell, base), base: cell, head: other }];
	});
}

function nameOf({ commit, startedAt }: Report): string {
	return commit === undefined ? startedAt : commit.slice(0, 12);
}

function compareAll(pairs: readonly Pair[], wish: Wish, method: Method): readonly CellComparison[] {
	const sound = pairs.filter(({ base, head }) => !validityOf(base).isVoid && !validityOf(head).isVoid);
	const kinds = new Map<string, Kind>();
	return sound.map((pair) => {
		const figures = sharedFigures(pair.base, pair.head);
		const deciding = wish.gate ?? decidingFigures(pair.head, figures);
		const compared = figures.map((figure) => {
			const key = `${figure.name} ${hasWrites(pair.head)}`;
			const kind = kinds.get(key) ?? kindOf(pair, figure, sound, method);
			kinds.set(key, kind);
			return compareFigure(pair, figure, kind, deciding.includes(figure.name), wish, method);
		});
		return { label: pair.label, subject: pair.head.subject, figures: compared.filter((each) => each !== undefined) };
	});
}

/** What holds for a figure of all cells that read, or that write. */
interface Kind {
	readonly scale: Scale;
	/** The logarithm of what all cells have lost or won alike. */
	readonly common: number;
}

/** Chosen for each cell alone, a scale would be chosen for the luck of a few rounds. */
function kindOf({ head }: Pair, figure: Figure, pairs: readonly Pair[], method: Method): Kind {
	const alike = pairs.filter((pair) => hasWrites(pair.head) === hasWrites(head));
	const spreadUnder = (scale: Scale) => spreadWithin(alike.flatMap((pair) => method.groups(pair, figure, scale)));
	const scale = quietestScale(spreadUnder, method.mayBeNone);
	const middles = pairs.map((pair) => method.middle(pair, figure, scale));
	return { scale, common: maybeMedian(middles) ?? 0 };
}

function hasWrites({ rounds }: Cell): boolean {
	return rounds.some(({ load: { byKind } }) =>
		[byKind.setData, byKind.create, byKind.delete, byKind.multi].some((latency) => latency !== undefined),
	);
}

function compareFigure(
	pair: Pair,
	figure: Figure,
	{ scale, common }: Kind,
	decides: boolean,
	wish: Wish,
	method: Method,
): FigureComparison | undefined {
	const middle = method.middle(pair, figure, scale);
	if (middle === undefined) return undefined;
	const groups = method.groups(pair, figure, scale);
	const interval = method.interval(pair, figure, scale, common, wish.confidence);
	const isLuck = method.luck(pair, figure, scale) > 1 - wish.confidence;
	const ends = interval === undefined ? {} : { least: Math.exp(interval.least), most: Math.exp(interval.most) };
	return {
		name: figure.name,
		better: figure.better,
		decides,
		ratio: { middle: Math.exp(interval?.middle ?? middle), ...ends },
		verdict: verdictOn(figure.better, interval, isLuck, wish.threshold),
		rounds: Math.min(...groups.map((group) => group.length)),
		relatedTo: scale.name,
	};
}
