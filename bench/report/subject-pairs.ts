import { serverCpuMicrosPerOperation } from "./cell-summary.js";
import { maybeMedian } from "./median.js";
import type { Cell, Report, Round } from "./report.js";
import { validityOf } from "./validity.js";

/** Two subjects that were measured in turns in one run, at the same cell. */
export interface SubjectPair {
	readonly cell: Cell;
	readonly peer: Cell;
}

/** The cell's figure by the peer's, the median over rounds that stand side by side; above 1 is more, not better. */
export interface PairRatios {
	readonly throughput?: number;
	readonly p99?: number;
	readonly serverCpu?: number;
}

const leading: readonly string[] = ["reference", "head"];

/** Whose figures come first: what the others are peers of. */
function leadingSubject(report: Report): string | undefined {
	const subjects = subjectsOf(report);
	return leading.find((subject) => subjects.includes(subject)) ?? subjects[0];
}

/** Every subject once, in the order of their first cells. */
export function subjectsOf({ cells }: Report): readonly string[] {
	return [...new Set(cells.map(({ subject }) => subject))];
}

/** Each cell of the leading subject beside the same cell of each other subject. */
export function subjectPairs(report: Report): readonly SubjectPair[] {
	const leader = leadingSubject(report);
	const own = report.cells.filter(({ subject }) => subject === leader);
	return own.flatMap((cell) =>
		report.cells.filter(({ id, subject }) => id === cell.id && subject !== leader).map((peer) => ({ cell, peer })),
	);
}

export function pairRatios(pair: SubjectPair): PairRatios {
	const rounds = pairedRounds(pair);
	const ratio = (figure: (round: Round) => number | undefined) =>
		maybeMedian(rounds.map(([own, peer]) => maybeRatio(figure(own), figure(peer))));
	const throughput = ratio(({ load }) => load.operationsPerSecond);
	const p99 = ratio(({ load }) => load.latency.p99Micros);
	const serverCpu = ratio(serverCpuMicrosPerOperation);
	return {
		...(throughput === undefined ? {} : { throughput }),
		...(p99 === undefined ? {} : { p99 }),
		...(serverCpu === undefined ? {} : { serverCpu }),
	};
}

/** The first round of one with the first of the other, and so on, where both count. */
export function pairedRounds({ cell, peer }: SubjectPair): readonly (readonly [own: Round, peer: Round])[] {
	const valid = new Set([...validityOf(cell).rounds, ...validityOf(peer).rounds]);
	return cell.rounds.flatMap((own, index) => {
		const other = peer.rounds[index];
		return other !== undefined && valid.has(own) && valid.has(other) ? [[own, other] as const] : [];
	});
}

function maybeRatio(own: number | undefined, peer: number | undefined): number | undefined {
	return own === undefined || peer === undefined || peer === 0 ? undefined : own / peer;
}
