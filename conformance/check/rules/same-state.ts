import type { History } from "../../history/history.js";
import { operationCode } from "../../history/operation-code.js";
import { noText } from "../../history/texts.js";
import { changeKind } from "../changes.js";
import type { Facts } from "../facts.js";
import type { Report, Rule } from "../rule.js";
import { shownData, showsStat } from "../sighting.js";
import { callText, zxidText } from "../words.js";

/** A state has one data and one list of children, whoever asks, and on every server; its Stat belongs to them. */
export const sameState: Rule = {
	name: "same-state",
	clauses: ["get-data.snapshot", "stat.lengths", "consistency.same-children"],
	check,
};

const isWritten = (kind: number) => kind === changeKind.created || kind === changeKind.set;

function check(facts: Facts, report: Report): void {
	const { calls } = facts.history;
	const lists = new Map<number, number>();
	for (let call = 0; call < calls.count; call++) {
		if (!showsStat(calls, call)) continue;
		checkData(facts, report, call);
		if (calls.op.get(call) === operationCode.getChildren) checkChildren(facts, report, lists, call);
	}
}

function checkData({ history, changes }: Facts, report: Report, call: number): void {
	const { calls, stats, texts } = history;
	const data = shownData(calls, call);
	if (data === noText) return;
	const stat = calls.stat.get(call);
	const shown = texts.dataOf(data);
	const length = shown?.length ?? 0;
	if (length !== stats.dataLength.get(stat)) tellLength(history, report, call, length);
	if (calls.op.get(call) !== operationCode.getData) return;
	const writer = changes.find(calls.path.get(call), stats.mzxid.get(stat), isWritten);
	const written = changes.data(writer);
	if (written === data || written === noText) return;
	const maker = changes.call(writer);
	const records = [...(maker < 0 ? [] : [calls.endRecord.get(maker)]), calls.endRecord.get(call)];
	report.violated("get-data.snapshot", records, () => {
		const mzxid = zxidText(stats.mzxid.get(stat));
		return `${callText(history, call)} shows "${shown}" with mzxid ${mzxid}, which wrote "${texts.dataOf(written)}".`;
	});
}

function tellLength(history: History, report: Report, call: number, length: number): void {
	const { calls, stats } = history;
	report.violated("stat.lengths", [calls.endRecord.get(call)], () => {
		const told = stats.dataLength.get(calls.stat.get(call));
		return `The Stat of ${callText(history, call)} has dataLength ${told}, the data ${length} bytes.`;
	});
}

function checkChildren(facts: Facts, report: Report, lists: Map<number, number>, call: number): void {
	const { calls, stats } = facts.history;
	const result = calls.resultOf(call);
	if (result.op !== "getChildren") return;
	const told = stats.numChildren.get(calls.stat.get(call));
	if (told !== result.names.length) {
		report.violated("stat.lengths", [calls.endRecord.get(call)], () => {
			return `${callText(facts.history, call)} lists ${result.names.length} children, its Stat says ${told}.`;
		});
	}
	const pzxid = stats.pzxid.get(calls.stat.get(call));
	const state = facts.changes.lastAtOrBefore(calls.path.get(call), pzxid);
	const first = lists.get(state);
	if (first === undefined) lists.set(state, call);
	else checkSameChildren(facts.history, report, first, call);
}

function checkSameChildren(history: History, report: Report, first: number, call: number): void {
	const { calls } = history;
	const [before, after] = [namesOf(history, first), namesOf(history, call)];
	if (before.length === after.length && before.every((name, index) => name === after[index])) return;
	report.violated("consistency.same-children", [calls.endRecord.get(first), calls.endRecord.get(call)], () => {
		const differing = [
			...before.filter((name) => !after.includes(name)),
			...after.filter((name) => !before.includes(name)),
		];
		const both = `${callText(history, first)} and ${callText(history, call)}`;
		return `${both} show the same pzxid, but not both list ${differing.slice(0, 5).join(", ")}.`;
	});
}

function namesOf({ calls }: History, call: number): readonly string[] {
	const result = calls.resultOf(call);
	return result.op === "getChildren" ? result.names : [];
}
