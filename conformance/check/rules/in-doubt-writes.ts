import { outcomeCode } from "../../history/calls.js";
import { noText } from "../../history/texts.js";
import { changeKind, noCall } from "../changes.js";
import type { Facts } from "../facts.js";
import { InDoubtMatcher } from "../in-doubt-matcher.js";
import type { Report, Rule } from "../rule.js";
import { zxidText } from "../words.js";
import { isAcknowledged, type Write, writeZxid } from "../write.js";

/**
 * What was seen and nobody was answered for has to be of a write in doubt: at a zxid behind everything that was answered before
 * it was sent, and before what its session wrote later.
 */
export const inDoubtWrites: Rule = {
	name: "in-doubt-writes",
	clauses: ["consistency.nothing-unwritten", "consistency.in-doubt-in-order"],
	check,
};

function check(facts: Facts, report: Report): void {
	const { changes } = facts;
	const matcher = new InDoubtMatcher(facts);
	const start = startOf(facts);
	for (let index = 0; index < changes.count; index++) {
		const kind = changes.kind(index);
		if (changes.call(index) !== noCall || (kind !== changeKind.set && kind !== changeKind.created)) continue;
		if (changes.zxid(index) <= start) continue;
		const candidates = matcher.candidates(index);
		if (candidates.length === 0) tell(facts, report, matcher, index, "consistency.nothing-unwritten", []);
		else if (!candidates.some((write) => matcher.isInOrder(write, changes.zxid(index)))) {
			tell(facts, report, matcher, index, "consistency.in-doubt-in-order", candidates);
		}
	}
}

/**
 * What is not newer may be from before the history: below the zxids of all acknowledged writes, and not above that of the
 * reply that came first.
 */
function startOf({ history }: Facts): number {
	const { calls } = history;
	let first = -1;
	let written = Number.POSITIVE_INFINITY;
	for (let call = 0; call < calls.count; call++) {
		if (calls.outcome.get(call) !== outcomeCode.replied) continue;
		if (first < 0 || calls.endRecord.get(call) < calls.endRecord.get(first)) first = call;
		if (isAcknowledged(calls, call)) written = Math.min(written, writeZxid(history, call));
	}
	return first < 0 ? 0 : Math.min(calls.zxid.get(first), written - 1);
}

function tell(
	{ history, changes }: Facts,
	report: Report,
	matcher: InDoubtMatcher,
	change: number,
	clause: string,
	candidates: readonly Write[],
): void {
	const records = matcher.witnesses(change, candidates);
	report.violated(clause, records, () => {
		const [path, zxid] = [history.texts.textOf(changes.path(change)), zxidText(changes.zxid(change))];
		const data = changes.data(change) === noText ? "" : ` to "${history.texts.dataOf(changes.data(change))}"`;
		const what = changes.kind(change) === changeKind.set ? `set${data}` : "made";
		if (candidates.length === 0)
			return `${path} was ${what} at ${zxid}, but no write that did it was answered or is in doubt.`;
		const why = "behind a later write of its session, or before what had been answered when it was sent";
		return `${path} was ${what} at ${zxid}: the one write in doubt that can have done it would stand ${why}.`;
	});
}
