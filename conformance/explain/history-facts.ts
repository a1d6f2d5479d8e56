import { outcomeCode } from "../history/calls.js";
import type { History } from "../history/history.js";

/** What a history is about, in numbers and names. */
export interface HistoryFacts {
	readonly workload: string;
	readonly target: string;
	readonly seed: number;
	readonly servers: number;
	readonly records: number;
	readonly operations: number;
	/** Operations whose reply was an error. */
	readonly failed: number;
	readonly inDoubt: number;
	readonly sessions: number;
	readonly connections: number;
	readonly events: number;
	readonly faults: number;
	readonly durationUs: number;
	/** False: its recorder did not come to the end. */
	readonly whole: boolean;
}

export function factsOfHistory(history: History): HistoryFacts {
	const { header, calls, connections } = history;
	const made = connections.filter((connection) => connection !== undefined);
	const sessions = new Set(made.flatMap(({ granted }) => (granted === undefined ? [] : [granted.session])));
	const { lastUs, failed, inDoubt } = countEnds(history);
	return {
		workload: header.workload,
		target: header.target,
		seed: header.seed,
		servers: header.servers.length,
		records: history.records.length,
		operations: calls.count,
		failed,
		inDoubt,
		sessions: sessions.size,
		connections: made.length,
		events: history.events.length,
		faults: history.faults.length,
		durationUs: Math.max(0, lastUs, history.phases.at(-1)?.atUs ?? 0),
		whole: history.whole,
	};
}

function countEnds({ calls }: History): { readonly failed: number; readonly inDoubt: number; readonly lastUs: number } {
	let failed = 0;
	let inDoubt = 0;
	let lastUs = 0;
	for (let call = 0; call < calls.count; call++) {
		if (calls.outcome.get(call) !== outcomeCode.replied) inDoubt++;
		else if (calls.err.get(call) !== 0) failed++;
		lastUs = Math.max(lastUs, calls.endAtUs.get(call), calls.atUs.get(call));
	}
	return { failed, inDoubt, lastUs };
}
