import { outcomeCode } from "../history/calls.js";
import { IntColumn } from "../history/column.js";
import { type History, recordKind } from "../history/history.js";
import { addAcknowledged } from "./acknowledged.js";
import { ChangeList, Changes } from "./changes.js";
import { InDoubt } from "./in-doubt.js";
import { addInferred } from "./inferred.js";
import { Paths } from "./paths.js";
import { type Session, sessionsOf } from "./session.js";
import { addSessionEnds, type Ephemeral, ephemeralsOf } from "./session-ends.js";
import { StateBook } from "./state-book.js";

/** What rules are given: the history, and what follows from it that several rules need. */
export interface Facts {
	readonly history: History;
	/** Sessions that were granted, in the order of their first grant. */
	readonly sessions: readonly Session[];
	readonly changes: Changes;
	readonly states: StateBook;
	readonly inDoubt: InDoubt;
	readonly ephemerals: readonly Ephemeral[];
	readonly paths: Paths;
	/** Of each call, the call whose reply had the highest zxid of all that came, to anybody, before it was sent; or -1. */
	readonly newestBefore: IntColumn;
}

export function factsOf(history: History): Facts {
	const paths = new Paths(history);
	const inDoubt = new InDoubt(history, paths);
	const ephemerals = ephemeralsOf(history);
	const changes = changesOf({ history, paths, inDoubt, ephemerals });
	return {
		history,
		sessions: sessionsOf(history),
		changes,
		states: new StateBook(history, changes),
		inDoubt,
		ephemerals,
		paths,
		newestBefore: newestOf(history),
	};
}

/** First what was acknowledged, then what only Stats tell, and then which ephemerals the ends of sessions took along. */
function changesOf({
	history,
	paths,
	inDoubt,
	ephemerals,
}: Pick<Facts, "history" | "paths" | "inDoubt" | "ephemerals">): Changes {
	const list = new ChangeList();
	addAcknowledged(list, history, paths);
	let known = new Changes(list, history.texts.count);
	if (addInferred(list, known, history, paths) > 0) known = new Changes(list, history.texts.count);
	const ended = addSessionEnds(list, { history, known, ephemerals, inDoubt, paths });
	return ended > 0 ? new Changes(list, history.texts.count) : known;
}

function newestOf({ calls, records }: History): IntColumn {
	const newest = new IntColumn(calls.count);
	let call = -1;
	let zxid = Number.NEGATIVE_INFINITY;
	for (let ordinal = 0; ordinal < records.length; ordinal++) {
		const entry = records.get(ordinal);
		const kind = entry & 3;
		if (kind === recordKind.call) newest.push(call);
		if (kind !== recordKind.end || calls.outcome.get(entry >>> 2) !== outcomeCode.replied) continue;
		if (calls.zxid.get(entry >>> 2) <= zxid) continue;
		call = entry >>> 2;
		zxid = calls.zxid.get(call);
	}
	return newest;
}
