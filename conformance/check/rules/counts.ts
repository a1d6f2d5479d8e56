import { noCall } from "../changes.js";
import type { Facts } from "../facts.js";
import { type Step, unevenSteps } from "../node-walk.js";
import type { Report, Rule } from "../rule.js";
import { type Unseen, UnseenChanges } from "../unseen.js";
import { callText, zxidText } from "../words.js";

/**
 * From one state of a node to the next, its Stat counts the writes between them, one by one. More than those that are known
 * there can only be as many as are in doubt.
 */
export const counts: Rule = {
	name: "counts",
	clauses: ["consistency.state-has-all-writes", "consistency.versions-count", "stat.cversion"],
	check,
};

function check(facts: Facts, report: Report): void {
	const unseen = new UnseenChanges(facts);
	for (const step of unevenSteps(facts)) {
		if (!misses(facts, report, step)) checkCounts(facts, report, step, unseen.of(step.path));
	}
}

/** Whether the state shows an older write although a newer one is behind it. */
function misses({ history, changes }: Facts, report: Report, step: Step): boolean {
	const { calls, stats } = history;
	const stat = calls.stat.get(step.shownBy);
	const isOld = (change: number, zxid: number) => change >= 0 && changes.zxid(change) > zxid;
	const missed = isOld(step.lastSet, stats.mzxid.get(stat))
		? step.lastSet
		: isOld(step.lastChild, stats.pzxid.get(stat))
			? step.lastChild
			: -1;
	if (missed < 0) return false;
	const maker = changes.call(missed);
	const records = maker === noCall ? [] : [calls.endRecord.get(maker)];
	report.violated("consistency.state-has-all-writes", [...records, calls.endRecord.get(step.shownBy)], () => {
		const by = maker === noCall ? "a change" : callText(history, maker);
		const at = `${zxidText(changes.zxid(missed))} is missing in its state of ${zxidText(changes.zxid(step.to))}`;
		return `${callText(history, step.shownBy)} shows ${history.texts.textOf(step.path)}: ${by} at ${at}.`;
	});
	return true;
}

function checkCounts(facts: Facts, report: Report, step: Step, unseen: Unseen): void {
	const { before, after } = step;
	if (!Number.isInteger(after.creates - before.creates)) {
		tell(facts, report, step, "stat.cversion", "cversion and numChildren, which can not belong together");
		return;
	}
	// A version goes on with the lowest number behind the highest.
	const sets = (after.version - before.version - step.sets) | 0;
	const creates = after.creates - before.creates - step.creates;
	const deletes = after.deletes - before.deletes - step.deletes;
	unseen.sets -= Math.max(sets, 0);
	unseen.creates -= Math.max(creates, 0);
	unseen.deletes -= Math.max(deletes - step.maybeDeletes, 0);
	const clause = "consistency.versions-count";
	if (sets < 0 || unseen.sets < 0) tell(facts, report, step, clause, differenceText("writes", step.sets, sets));
	if (creates < 0 || unseen.creates < 0) {
		tell(facts, report, step, clause, differenceText("created children", step.creates, creates));
	}
	if (deletes < 0 || unseen.deletes < 0) {
		tell(facts, report, step, clause, differenceText("deleted children", step.deletes, deletes));
	}
	unseen.sets = Math.max(unseen.sets, 0);
	unseen.creates = Math.max(unseen.creates, 0);
	unseen.deletes = Math.max(unseen.deletes, 0);
}

function differenceText(what: string, known: number, more: number): string {
	const side = more < 0 ? `${-more} fewer` : `${more} more, which nobody can have made`;
	return `counts that tell of ${side}: ${known} ${what} are known between them`;
}

function tell({ history, changes }: Facts, report: Report, step: Step, clause: string, shows: string): void {
	const { calls } = history;
	const maker = step.from < 0 ? noCall : changes.call(step.from);
	const from = maker === noCall ? [] : [calls.endRecord.get(maker)];
	const records = [...new Set([...from, calls.endRecord.get(step.shownBy)])];
	report.violated(clause, records, () => {
		const states = step.from < 0 ? "" : ` from ${zxidText(changes.zxid(step.from))}`;
		const until = `${states} to ${zxidText(changes.zxid(step.to))}`;
		return `${callText(history, step.shownBy)} shows ${history.texts.textOf(step.path)},${until}, with ${shows}.`;
	});
}
