import { type History, recordAt } from "../history/history.js";
import { type ToldLine, tellRecord } from "./told-finding.js";
import type { ErrorNames } from "./words.js";

/** More would be no help; the nearest stay. */
const linesMax = 400;

/** What happened near some records, in the order of the history: each call once, where it was made. */
export function linesAround(
	history: History,
	records: readonly number[],
	aroundUs: number,
	nameOf: ErrorNames,
): readonly ToldLine[] {
	const lines = new Map<number, ToldLine>();
	for (const record of records) {
		for (const ordinal of ordinalsNear(history, record, aroundUs)) {
			if (lines.size >= linesMax) break;
			const line = tellRecord(history, ordinal, nameOf);
			lines.set(line.ordinals[0] ?? ordinal, line);
		}
	}
	return [...lines].sort(([a], [b]) => a - b).map(([, line]) => line);
}

/** The record itself, then those before and after it by turns, as far as they are near enough. */
function* ordinalsNear(history: History, record: number, aroundUs: number): Generator<number> {
	const { atUs } = recordAt(history, record);
	const isNear = (ordinal: number) =>
		ordinal >= 0 && ordinal < history.records.length && Math.abs(recordAt(history, ordinal).atUs - atUs) <= aroundUs;
	yield record;
	for (let step = 1; ; step++) {
		const near = [record - step, record + step].filter(isNear);
		if (near.length === 0) return;
		yield* near;
	}
}
