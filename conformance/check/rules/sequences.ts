import type { History } from "../../history/history.js";
import type { Facts } from "../facts.js";
import type { Report, Rule } from "../rule.js";
import { zxidText } from "../words.js";
import { isSequential, parentOf } from "../write.js";
import { mayCreate, type Written, writtenOf } from "../written.js";

const clauses = {
	reused: "sequential.no-reuse",
	order: "sequential.order",
	suffix: "sequential.suffix",
} as const;

/**
 * One counter per parent names all its sequential children. Two equal names are two holders of one lock; names against the
 * order of the creates let a late comer overtake.
 */
export const sequences: Rule = {
	name: "sequences",
	clauses: Object.values(clauses),
	check,
};

/** A child that was certainly created; `suffix` when the server chose one. */
interface Child {
	readonly path: string;
	readonly zxid: number;
	readonly part: number;
	/** Ordinal of the reply. */
	readonly record: number;
	readonly suffix: number | undefined;
}

interface Parent {
	readonly children: Child[];
	/** Creates below it of which nobody knows whether they happened. */
	inDoubt: number;
	/** Zxids of its own deletes: between two of them it lives once. */
	readonly ends: number[];
	/** A delete of its own is in doubt: nobody knows how many lives it had. */
	unclear: boolean;
}

function check({ history }: Facts, report: Report): void {
	if (!mayCreate(history, isSequential)) return;
	const parents = new Map<string, Parent>();
	for (const written of writtenOf(history)) note(history, parents, written);
	for (const parent of parents.values()) {
		if (parent.unclear || !parent.children.some(({ suffix }) => suffix !== undefined)) continue;
		for (const life of livesOf(parent)) checkLife(life, parent.inDoubt, report);
	}
}

function note(history: History, parents: Map<string, Parent>, { call, part, operation, result, zxid }: Written): void {
	if (operation.op !== "create" && operation.op !== "delete") return;
	if (operation.op === "delete") {
		const itself = parentAt(parents, operation.path);
		if (zxid === undefined) itself.unclear = true;
		else itself.ends.push(zxid);
		return;
	}
	const parent = parentAt(parents, parentOf(operation.path));
	if (zxid === undefined) parent.inDoubt++;
	if (zxid === undefined || result?.op !== "create") return;
	const suffix = isSequential(operation.mode) ? suffixOf(result.path) : undefined;
	parent.children.push({ path: result.path, zxid, part, record: history.calls.endRecord.get(call), suffix });
}

function parentAt(parents: Map<string, Parent>, path: string): Parent {
	const known = parents.get(path);
	if (known !== undefined) return known;
	const parent: Parent = { children: [], inDoubt: 0, ends: [], unclear: false };
	parents.set(path, parent);
	return parent;
}

function suffixOf(path: string): number {
	return Number(path.slice(-10));
}

/** The children of each of its lives, in the order in which they were created. */
function livesOf({ children, ends }: Parent): Child[][] {
	const lives = new Map<number, Child[]>();
	const sorted = ends.toSorted((one, other) => one - other);
	let passed = 0;
	for (const child of children.toSorted((one, other) => one.zxid - other.zxid || one.part - other.part)) {
		while ((sorted[passed] ?? Number.POSITIVE_INFINITY) <= child.zxid) passed++;
		const life = lives.get(passed);
		if (life === undefined) lives.set(passed, [child]);
		else life.push(child);
	}
	return [...lives.values()];
}

function checkLife(life: readonly Child[], inDoubt: number, report: Report): void {
	const bySuffix = new Map<number, Child>();
	let last: { readonly child: Child; readonly index: number; readonly suffix: number } | undefined;
	for (const [index, child] of life.entries()) {
		const { suffix } = child;
		if (suffix === undefined) continue;
		const same = bySuffix.get(suffix);
		bySuffix.set(suffix, child);
		if (same !== undefined) tellReused(report, same, child);
		else if (last !== undefined && suffix < last.suffix) tellOrder(report, last.child, child);
		else if (last !== undefined)
			checkGap(report, last.child, child, suffix - last.suffix - 1, index - last.index - 1, inDoubt);
		if (last === undefined || suffix > last.suffix) last = { child, index, suffix };
	}
}

/** The counter counts every create, and nothing but creates: as many as are known, or some in doubt more. */
function checkGap(report: Report, one: Child, other: Child, gap: number, known: number, inDoubt: number): void {
	if (gap >= known && gap <= known + inDoubt) return;
	const text = () =>
		`Between ${describe(one)} and ${describe(other)} the counter moved by ${gap} more than one, while ${known} ` +
		`other children were created and ${inDoubt} creates are in doubt.`;
	report.violated(clauses.suffix, [one.record, other.record], text);
}

function tellReused(report: Report, one: Child, other: Child): void {
	const text = () =>
		`${describe(one)} and ${describe(other)} have one number, and their parent was not deleted between.`;
	report.violated(clauses.reused, [one.record, other.record], text);
}

function tellOrder(report: Report, one: Child, other: Child): void {
	const text = () => `${describe(other)} was created after ${describe(one)} and has the lower number.`;
	report.violated(clauses.order, [one.record, other.record], text);
}

function describe({ path, zxid }: Child): string {
	return `${path} of zxid ${zxidText(zxid)}`;
}
