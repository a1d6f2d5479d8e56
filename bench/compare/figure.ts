import { serverCpuMicrosPerOperation } from "../report/cell-summary.js";
import type { Cell, Round } from "../report/report.js";

/** Something that a round measures and of which one direction is better. */
export interface Figure {
	/** `throughput`, `p99`, `server CPU`, or the name of a workload's own figure. */
	readonly name: string;
	readonly better: "more" | "less";
	/** Undefined where this round did not measure it. */
	of(round: Round): number | undefined;
}

const throughput: Figure = {
	name: "throughput",
	better: "more",
	// Half an operation where none was answered: left out, the worst round would make its side look better.
	of: ({ load }) => Math.max(load.operationsPerSecond, 500 / load.measuredMs),
};
const p99: Figure = { name: "p99", better: "less", of: ({ load }) => load.latency.p99Micros };
const serverCpu: Figure = { name: "server CPU", better: "less", of: serverCpuMicrosPerOperation };

/** What can be said of both cells. */
export function sharedFigures(base: Cell, head: Cell): readonly Figure[] {
	const named = namesOf(base).filter((name) => namesOf(head).includes(name));
	return [throughput, p99, serverCpu, ...named.flatMap(namedFigure)];
}

function namesOf({ rounds }: Cell): readonly string[] {
	return [...new Set(rounds.flatMap(({ figures = {} }) => Object.keys(figures)))];
}

/** None for a name that does not tell which direction is better: such as how many watches there were. */
function namedFigure(name: string): readonly Figure[] {
	const better = /PerSecond$/.test(name)
		? "more"
		: /(?:Ms|Micros|Bytes)(?:[A-Z]|$)|^bytes[A-Z]/.test(name)
			? "less"
			: undefined;
	return better === undefined ? [] : [{ name, better, of: ({ figures }) => figures?.[name] }];
}

/**
 * What decides about a cell: its own figures where the workload has any, how long requests took where their rate was given,
 * else how many were answered.
 */
export function decidingFigures(cell: Cell, figures: readonly Figure[]): readonly string[] {
	const own = figures.filter((figure) => figure !== throughput && figure !== p99 && figure !== serverCpu);
	if (own.length > 0) return own.map(({ name }) => name);
	return [cell.parameters.rate === undefined ? throughput.name : p99.name];
}
