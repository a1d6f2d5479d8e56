import type { History } from "../../history/history.js";
import { operationCode } from "../../history/operation-code.js";
import type { HistoryRule } from "../../history/record.js";
import { nullText } from "../../history/texts.js";
import { isAnswered } from "../answered.js";
import type { Facts } from "../facts.js";
import { finalRecord } from "../read-bounds.js";
import type { Report, Rule } from "../rule.js";
import { isAcknowledged, isSequential, parentOf, writesOf } from "../write.js";

const clauses = {
	once: "consistency.queue-item-is-taken-once",
	kept: "consistency.queue-item-is-not-lost",
} as const;

/**
 * A queue by the recipe: `path` is its folder. An item is what a producer put, not the node that holds it: a create that is
 * carried out twice is an item that is taken twice.
 */
export const queue: Rule = {
	name: "queue",
	clauses: Object.values(clauses),
	onDemand: true,
	check,
};

interface Item {
	readonly path: string;
	/** Text id of the data; undefined while nobody has read it, or without any. */
	data: number | undefined;
	/** The reply to its create. */
	created: number | undefined;
	/** The replies to deletes that took it. */
	readonly taken: number[];
	/** A delete is in doubt. */
	maybeTaken: boolean;
}

function check({ history }: Facts, report: Report, entry?: HistoryRule): void {
	const path = String(entry?.path);
	const items = itemsOf(history, path);
	findTakenTwice(history, items, report);
	findLost(history, path, items, report);
}

function itemsOf(history: History, folder: string): Map<string, Item> {
	const { calls, texts } = history;
	const items = new Map<string, Item>();
	const itemAt = (path: string): Item | undefined => {
		if (parentOf(path) !== folder) return undefined;
		const item = items.get(path) ?? { path, data: undefined, created: undefined, taken: [], maybeTaken: false };
		items.set(path, item);
		return item;
	};
	for (let call = 0; call < calls.count; call++) {
		const op = calls.op.get(call);
		if (op === operationCode.getData && calls.got.get(call) >= 0) {
			const item = itemAt(texts.textOf(calls.path.get(call)));
			if (item !== undefined) item.data = dataOf(calls.got.get(call));
		}
		for (const { operation, result } of isWrite(op) ? writesOf(calls, call) : []) {
			if (operation.op === "delete") noteTaken(history, call, itemAt(operation.path));
			if (operation.op !== "create" || !isAcknowledged(history.calls, call)) continue;
			// A sequential create whose reply names no path can not be followed.
			const isKnown = result?.op === "create" || !isSequential(operation.mode);
			const item = isKnown ? itemAt(result?.op === "create" ? result.path : operation.path) : undefined;
			if (item === undefined) continue;
			item.created = calls.endRecord.get(call);
			item.data = dataOf(texts.idOf(operation.data));
		}
	}
	return items;
}

/** Nothing can be told of items without data. */
function dataOf(text: number): number | undefined {
	return text === nullText ? undefined : text;
}

function isWrite(op: number): boolean {
	return op === operationCode.create || op === operationCode.delete || op === operationCode.multi;
}

function noteTaken(history: History, call: number, item: Item | undefined): void {
	if (item === undefined) return;
	if (isAcknowledged(history.calls, call)) item.taken.push(history.calls.endRecord.get(call));
	else if (!isAnswered(history, call)) item.maybeTaken = true;
}

function findTakenTwice({ texts }: History, items: ReadonlyMap<string, Item>, report: Report): void {
	const takenBy = new Map<number, { readonly record: number; readonly path: string }>();
	for (const { data, taken, path } of items.values()) {
		for (const record of data === undefined ? [] : taken) {
			const before = takenBy.get(data as number);
			takenBy.set(data as number, { record, path });
			if (before === undefined) continue;
			const records = [before.record, record].toSorted((one, other) => one - other);
			report.violated(clauses.once, records, () => {
				const where = before.path === path ? path : `${before.path} and then as ${path}`;
				return `The item ${texts.dataOf(data as number)} was taken twice, as ${where}.`;
			});
		}
	}
}

/** What was put for certain and nobody can have taken has to be there when all is over. */
function findLost(history: History, folder: string, items: ReadonlyMap<string, Item>, report: Report): void {
	const { calls, texts } = history;
	const final = finalRecord(history);
	const id = texts.maybeIdOf(folder);
	for (let call = 0; call < calls.count; call++) {
		if (calls.op.get(call) !== operationCode.getChildren || calls.path.get(call) !== id) continue;
		const result = calls.resultOf(call);
		if (result.op !== "getChildren" || calls.record.get(call) < final) continue;
		const names = new Set(result.names);
		for (const { path, created, taken, maybeTaken } of items.values()) {
			const isThere = names.has(path.slice(folder.length + 1));
			if (isThere || created === undefined || taken.length > 0 || maybeTaken) continue;
			const text = () => `The item at ${path} was put, nobody took it, and it is not there when all is over.`;
			report.violated(clauses.kept, [created, calls.endRecord.get(call)], text);
		}
	}
}
