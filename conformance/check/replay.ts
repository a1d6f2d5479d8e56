import { outcomeCode } from "../history/calls.js";
import { type History, recordKind, type WatchEvent } from "../history/history.js";

/** Who goes along a history; `reply` is not told of calls that were lost. */
export interface Replay {
	call(call: number): void;
	event(event: WatchEvent): void;
	reply(call: number): void;
}

/** Tells of all calls, events and replies in the order of their records. */
export function replayHistory(history: History, replay: Replay): void {
	const { records, calls } = history;
	for (let ordinal = 0; ordinal < records.length; ordinal++) {
		const entry = records.get(ordinal);
		const index = entry >>> 2;
		const kind = entry & 3;
		if (kind === recordKind.call) replay.call(index);
		else if (kind === recordKind.event) replay.event(history.events[index] as WatchEvent);
		else if (kind === recordKind.end && calls.outcome.get(index) === outcomeCode.replied) replay.reply(index);
	}
}
