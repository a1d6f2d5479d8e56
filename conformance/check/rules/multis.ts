import type { History } from "../../history/history.js";
import { operationCode } from "../../history/operation-code.js";
import type { SubOperation, SubResult } from "../../history/record.js";
import { noStat } from "../../history/stats.js";
import { floorsOf, isAnswered, isInDoubt } from "../answered.js";
import { changeKind } from "../changes.js";
import type { Facts } from "../facts.js";
import type { Report, Rule } from "../rule.js";
import { callText, sentence, zxidText } from "../words.js";
import { isAcknowledged, writesOf } from "../write.js";

const clauses = {
	whole: "consistency.multi-is-whole",
	oneZxid: "multi.one-zxid",
	results: "multi.results",
	failure: "multi.failure-results",
} as const;

const runtimeInconsistency = -2;

/** A multi happens at one zxid, with all its parts or none: also one whose reply was lost. */
export const multis: Rule = {
	name: "multis",
	clauses: Object.values(clauses),
	check,
};

function check(facts: Facts, report: Report): void {
	const { history } = facts;
	const { calls } = history;
	const inDoubt: number[] = [];
	let count = 0;
	for (let call = 0; call < calls.count; call++) {
		if (calls.op.get(call) !== operationCode.multi) continue;
		count++;
		if (isInDoubt(history, call)) inDoubt.push(call);
		else checkResults(history, report, call);
	}
	if (count === 0) return;
	findHalvesInDoubt(facts, report, inDoubt);
	findHalves(facts, report);
}

function checkResults(history: History, report: Report, call: number): void {
	const { calls } = history;
	const operation = calls.operationOf(call);
	const result = calls.resultOf(call);
	if (operation.op !== "multi" || result.op !== "multi") return;
	const record = calls.endRecord.get(call);
	if (!isAcknowledged(history.calls, call)) {
		if (isFailure(operation.operations, result.results)) return;
		const text = () =>
			`The results of ${callText(history, call)}, which failed, are not one error with none before it.`;
		report.violated(clauses.failure, [record], text);
		return;
	}
	if (!isInKind(operation.operations, result.results)) {
		report.violated(clauses.results, [record], () => `The results of ${callText(history, call)} are not of its parts.`);
		return;
	}
	const zxid = calls.zxid.get(call);
	const other = result.results.map(zxidOfPart).find((own) => own !== undefined && own !== zxid);
	if (other === undefined) return;
	const text = () =>
		`A part of ${callText(history, call)} tells of zxid ${zxidText(other)}, its reply of ${zxidText(zxid)}.`;
	report.violated(clauses.oneZxid, [record], text);
}

/** No error, then the one that made it fail, then RUNTIMEINCONSISTENCY. */
function isFailure(operations: readonly SubOperation[], results: readonly SubResult[]): boolean {
	if (results.length !== operations.length) return false;
	const errors = results.map((result) => (result.op === "error" ? result.err : undefined));
	const failed = errors.findIndex((err) => err !== 0);
	const isRight = (err: number | undefined, part: number) =>
		part < failed
			? err === 0
			: part === failed
				? err !== undefined && err !== runtimeInconsistency
				: err === runtimeInconsistency;
	return failed >= 0 && errors.every(isRight);
}

function isInKind(operations: readonly SubOperation[], results: readonly SubResult[]): boolean {
	return results.length === operations.length && results.every(({ op }, part) => op === operations[part]?.op);
}

/** Of what a part wrote; undefined where the result does not tell. */
function zxidOfPart(result: SubResult): number | undefined {
	if (result.op === "create") return result.stat?.czxid;
	return result.op === "setData" ? result.stat.mzxid : undefined;
}

/** A part of a multi in doubt that was seen, and so happened. */
interface SeenPart {
	readonly call: number;
	readonly path: number;
	readonly zxid: number;
}

function findHalvesInDoubt(facts: Facts, report: Report, inDoubt: readonly number[]): void {
	const { calls } = facts.history;
	if (inDoubt.length === 0) return;
	const writers = writersOf(facts.history);
	const expected = new Map<number, SeenPart[]>();
	for (const call of inDoubt) {
		const seen = seenParts(facts, writers, call);
		const [first] = seen;
		if (first === undefined) continue;
		const other = seen.find(({ zxid }) => zxid !== first.zxid);
		if (other !== undefined) tellTwoZxids(facts, report, first, other);
		else for (const path of pathsSet(facts.history, call)) push(expected, path, first);
	}
	if (expected.size === 0) return;
	const floors = floorsOf(facts.history);
	for (let call = 0; call < calls.count; call++) {
		const parts = expected.get(calls.path.get(call));
		if (parts !== undefined) checkWhole(facts, report, { call, floor: floors[call] ?? 0 }, parts);
	}
}

/** How many writes of the history write these data to this node: a multi is known by what nobody else wrote. */
function writersOf({ calls, texts }: History): Map<number, number> {
	const writers = new Map<number, number>();
	for (let call = 0; call < calls.count; call++) {
		if (calls.op.get(call) > operationCode.setData && calls.op.get(call) !== operationCode.multi) continue;
		for (const { operation } of writesOf(calls, call)) {
			if (operation.op !== "create" && operation.op !== "setData") continue;
			const key = keyOf(texts.idOf(operation.path), texts.idOf(operation.data));
			writers.set(key, (writers.get(key) ?? 0) + 1);
		}
	}
	return writers;
}

/** Exact for text ids below 2^26. */
function keyOf(path: number, data: number): number {
	return path * 2 ** 26 + data;
}

function seenParts({ history, changes }: Facts, writers: ReadonlyMap<number, number>, call: number): SeenPart[] {
	const { texts } = history;
	return writesOf(history.calls, call).flatMap(({ operation }) => {
		if (operation.op !== "create" && operation.op !== "setData") return [];
		const data = texts.idOf(operation.data);
		const path = texts.idOf(operation.path);
		const begin = changes.firstOf(path);
		if (writers.get(keyOf(path, data)) !== 1 || begin < 0) return [];
		for (let index = begin; index < changes.endOf(path); index++) {
			if (changes.data(index) === data) return [{ call, path, zxid: changes.zxid(index) }];
		}
		return [];
	});
}

/** What the multi sets, and nothing else of it changes. */
function pathsSet({ calls, texts }: History, call: number): number[] {
	const writes = writesOf(calls, call);
	const sets = writes.filter(({ operation }) => operation.op === "setData");
	return sets.map(({ operation }) => texts.idOf(operation.path));
}

function push(map: Map<number, SeenPart[]>, path: number, part: SeenPart): void {
	const parts = map.get(path);
	if (parts === undefined) map.set(path, [part]);
	else parts.push(part);
}

/** A read from behind the multi that shows a node as it was before. */
function checkWhole(
	{ history }: Facts,
	report: Report,
	{ call, floor }: { readonly call: number; readonly floor: number },
	parts: readonly SeenPart[],
): void {
	const { calls, stats, texts } = history;
	const stat = calls.stat.get(call);
	if (stat === noStat || !isAnswered(history, call)) return;
	const since = Math.max(floor, stats.pzxid.get(stat));
	const part = parts.find(({ zxid }) => stats.mzxid.get(stat) < zxid && since >= zxid && stats.czxid.get(stat) < zxid);
	if (part === undefined) return;
	report.violated(clauses.whole, [calls.record.get(part.call), calls.endRecord.get(call)], () => {
		const seen = `A part of ${callText(history, part.call)}, whose reply was lost, was seen at zxid ${zxidText(part.zxid)}`;
		const path = texts.textOf(calls.path.get(call));
		return `${seen}, and ${callText(history, call)} shows ${path} behind that without its part.`;
	});
}

function tellTwoZxids({ history }: Facts, report: Report, one: SeenPart, other: SeenPart): void {
	const { calls, texts } = history;
	report.violated(clauses.oneZxid, [calls.record.get(one.call)], () => {
		const parts = [one, other].map(({ path, zxid }) => `${texts.textOf(path)} at zxid ${zxidText(zxid)}`);
		return `${callText(history, one.call)}, whose reply was lost, changed ${parts.join(" and ")}.`;
	});
}

/** Readers who have seen one part of a multi, and see another node as it was before. */
function findHalves({ history, changes }: Facts, report: Report): void {
	const { calls, stats } = history;
	const floors = floorsOf(history);
	for (let call = 0; call < calls.count; call++) {
		const stat = calls.stat.get(call);
		if (stat === noStat || calls.op.get(call) < operationCode.getData) continue;
		const since = Math.max(stats.mzxid.get(stat), stats.pzxid.get(stat));
		const next = changes.next(changes.lastAtOrBefore(calls.path.get(call), since));
		if (next < 0 || changes.zxid(next) > (floors[call] ?? 0)) continue;
		const maker = changes.call(next);
		if (maker < 0 || calls.op.get(maker) !== operationCode.multi || changes.kind(next) > changeKind.childDeleted)
			continue;
		const other = maybeOtherHalf(history, call, changes.zxid(next));
		if (other === undefined) continue;
		const records = [calls.endRecord.get(maker), calls.endRecord.get(other), calls.endRecord.get(call)];
		report.violated(clauses.whole, records, () => {
			const seen = `${callText(history, other)} shows a part of ${callText(history, maker)}`;
			const zxid = zxidText(changes.zxid(next));
			return sentence(`${seen} at zxid ${zxid}, and ${callText(history, call)} on the same connection none.`);
		});
	}
}

/** A part that was seen long before is no half. */
const lookedBackMax = 10_000;

/** An earlier read on the same connection that shows what was written at this zxid. */
function maybeOtherHalf({ calls, stats }: History, call: number, zxid: number): number | undefined {
	const connection = calls.connection.get(call);
	for (let before = call - 1; before >= 0 && before > call - lookedBackMax; before--) {
		const stat = calls.stat.get(before);
		if (calls.connection.get(before) !== connection || stat === noStat) continue;
		if (stats.mzxid.get(stat) === zxid || stats.pzxid.get(stat) === zxid) return before;
	}
	return undefined;
}
