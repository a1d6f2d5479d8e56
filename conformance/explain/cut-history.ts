import { type History, recordAt, recordKind } from "../history/history.js";
import { historyOf } from "../history/history-builder.js";
import type { HistoryRecord } from "../history/record.js";

/** What a part of a history is made of: numbers of calls, events and connections, as the whole one counts them. */
export interface Parts {
	readonly calls: ReadonlySet<number>;
	readonly events: ReadonlySet<number>;
	/** Those that its calls and events went over belong to it anyway. */
	readonly connections: ReadonlySet<number>;
}

/** A part of a history as a history of its own. */
export interface CutHistory {
	readonly history: History;
	readonly records: readonly HistoryRecord[];
	/** Ordinal in the whole history of each of its records. */
	readonly ordinals: readonly number[];
}

/** Where the records of connections and of phases stand, gathered once for many cuts. */
export interface HistoryIndex {
	readonly history: History;
	readonly byConnection: ReadonlyMap<number, readonly number[]>;
	readonly phases: readonly number[];
}

export function indexHistory(history: History): HistoryIndex {
	const byConnection = new Map<number, number[]>();
	const phases: number[] = [];
	for (let ordinal = 0; ordinal < history.records.length; ordinal++) {
		if ((history.records.get(ordinal) & 3) !== recordKind.other) continue;
		const record = recordAt(history, ordinal);
		if (record.type === "phase") phases.push(ordinal);
		if (!("connection" in record)) continue;
		const known = byConnection.get(record.connection);
		if (known === undefined) byConnection.set(record.connection, [ordinal]);
		else known.push(ordinal);
	}
	return { history, byConnection, phases };
}

/**
 * Only these parts, in the order in which they were, with the phases, to be judged by one rule; faults are left out, no rule
 * looks at them.
 */
export function cutHistory(index: HistoryIndex, parts: Parts, judgedBy: string): CutHistory {
	const { history } = index;
	const ordinals = ordinalsOf(index, parts).sort((a, b) => a - b);
	const numbers = new Map<number, number>();
	const records = ordinals.map((ordinal) => renumber(recordAt(history, ordinal), numbers));
	return { history: historyOf({ ...history.header, judgedBy }, records), records, ordinals };
}

function ordinalsOf({ history, byConnection, phases }: HistoryIndex, parts: Parts): number[] {
	const { calls, events } = history;
	const connections = new Set(parts.connections);
	const ordinals = [...phases];
	for (const call of parts.calls) {
		connections.add(calls.connection.get(call));
		ordinals.push(calls.record.get(call));
		if (calls.endRecord.get(call) >= 0) ordinals.push(calls.endRecord.get(call));
	}
	for (const number of parts.events) {
		const event = events[number];
		if (event === undefined) continue;
		connections.add(event.connection);
		ordinals.push(event.record);
	}
	for (const connection of connections) ordinals.push(...(byConnection.get(connection) ?? []));
	return ordinals;
}

/** Calls are counted anew, because a history has no gaps in their numbers; connections keep theirs. */
function renumber(record: HistoryRecord, numbers: Map<number, number>): HistoryRecord {
	if (record.type === "call") {
		const call = numbers.size;
		numbers.set(record.call, call);
		return { ...record, call };
	}
	if (record.type !== "reply" && record.type !== "lost") return record;
	return { ...record, call: numbers.get(record.call) ?? 0 };
}
