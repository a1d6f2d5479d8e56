import type { History } from "../../history/history.js";
import type { Stats } from "../../history/stats.js";
import type { Facts } from "../facts.js";
import type { Report, Rule } from "../rule.js";
import { shownPath, showsStat } from "../sighting.js";
import { callText } from "../words.js";

/**
 * A state has one Stat, whoever asks, and on every server. What belongs to the node's creation, to its last write or to the
 * last change of its children is the same in all states that share it.
 */
export const sameStat: Rule = { name: "same-stat", clauses: ["stat.agreement"], check };

/** Compares two Stats, given by their indexes. */
type IsSame = (stats: Stats, one: number, other: number) => boolean;

function check(facts: Facts, report: Report): void {
	const { history, changes, states } = facts;
	const { calls, stats } = history;
	const [created, written, parents] = [new FirstShown(), new FirstShown(), new FirstShown()];
	for (let call = 0; call < calls.count; call++) {
		if (!showsStat(calls, call)) continue;
		const path = shownPath(calls, call);
		const stat = calls.stat.get(call);
		const [czxid, mzxid, pzxid] = [stats.czxid.get(stat), stats.mzxid.get(stat), stats.pzxid.get(stat)];
		const ofState = states.shownBy(changes.lastAtOrBefore(path, Math.max(mzxid, pzxid)));
		const isTold =
			compare(history, report, isSameStat, ofState, call) ||
			compare(history, report, isSameCreation, created.by(path, czxid, call), call) ||
			(mzxid < pzxid && compare(history, report, isSameWrite, written.by(path, mzxid, call), call));
		if (!isTold && czxid < pzxid) compare(history, report, isSameParent, parents.by(path, pzxid, call), call);
	}
}

/** Of something with a zxid, the first call that showed it. */
class FirstShown {
	readonly #byPath = new Map<number, Map<number, number>>();

	by(path: number, zxid: number, call: number): number {
		let first = this.#byPath.get(path);
		if (first === undefined) {
			first = new Map();
			this.#byPath.set(path, first);
		}
		const known = first.get(zxid);
		if (known === undefined) first.set(zxid, call);
		return known ?? call;
	}
}

/** Whether something differs, and was told. */
function compare(history: History, report: Report, isSame: IsSame, first: number, call: number): boolean {
	const { calls } = history;
	if (first === call || isSame(history.stats, calls.stat.get(first), calls.stat.get(call))) return false;
	report.violated("stat.agreement", [calls.endRecord.get(first), calls.endRecord.get(call)], () => {
		const field = differingField(history, isSame, first, call);
		return `${callText(history, first)} and ${callText(history, call)} show the same state with another ${field}.`;
	});
	return true;
}

function isSameCreation(stats: Stats, one: number, other: number): boolean {
	return stats.owner.get(one) === stats.owner.get(other) && stats.ctime.get(one) === stats.ctime.get(other);
}

function isSameWrite(stats: Stats, one: number, other: number): boolean {
	return (
		stats.version.get(one) === stats.version.get(other) &&
		stats.dataLength.get(one) === stats.dataLength.get(other) &&
		stats.mtime.get(one) === stats.mtime.get(other)
	);
}

function isSameParent(stats: Stats, one: number, other: number): boolean {
	return (
		stats.cversion.get(one) === stats.cversion.get(other) && stats.numChildren.get(one) === stats.numChildren.get(other)
	);
}

function isSameStat(stats: Stats, one: number, other: number): boolean {
	return (
		stats.mzxid.get(one) === stats.mzxid.get(other) &&
		stats.pzxid.get(one) === stats.pzxid.get(other) &&
		stats.czxid.get(one) === stats.czxid.get(other) &&
		stats.aversion.get(one) === stats.aversion.get(other) &&
		isSameCreation(stats, one, other) &&
		isSameWrite(stats, one, other) &&
		isSameParent(stats, one, other)
	);
}

const fieldsOf = new Map<IsSame, readonly string[]>([
	[isSameCreation, ["ephemeralOwner", "ctime"]],
	[isSameWrite, ["version", "dataLength", "mtime"]],
	[isSameParent, ["cversion", "numChildren"]],
]);

function differingField({ calls, stats }: History, isSame: IsSame, one: number, other: number): string {
	const before = stats.statOf(calls.stat.get(one));
	const after = stats.statOf(calls.stat.get(other));
	const fields = (fieldsOf.get(isSame) ?? Object.keys(before)) as (keyof typeof before)[];
	const field = fields.find((each) => before[each] !== after[each]) ?? "mzxid";
	return `${field} (${before[field]} and ${after[field]})`;
}
