import type { History } from "../history/history.js";
import { operationCode } from "../history/operation-code.js";
import { type Changes, changeKind } from "./changes.js";
import type { Facts } from "./facts.js";
import { isPassing, isSequential, modeOf, writesOf } from "./write.js";

/** Whether nodes can have been there, or not, at some zxid. */
export interface Presence {
	/** Whether there may have been no such node at some zxid from `low` to `high`, both included. */
	maybeAbsent(path: number, low: number, high: number): boolean;
	/** Whether there may have been such a node at this zxid. */
	maybePresent(path: number, zxid: number): boolean;
	/** Whether the node can end without an acknowledged delete. */
	mayVanish(path: number): boolean;
	/** Whether children of the node can end without an acknowledged delete. */
	mayLoseChildren(path: number): boolean;
	/** Nodes that end by themselves: ephemerals, containers, nodes with a time to live. */
	readonly vanishing: ReadonlySet<number>;
}

export function presenceOf(facts: Facts): Presence {
	const vanishing = vanishingPaths(facts);
	const mayVanish = (path: number) => vanishing.has(path) || facts.inDoubt.deletesOf(path) > 0;
	const { changes, inDoubt, paths } = facts;
	const { history, newestBefore } = facts;
	const knownBefore = (call: number) =>
		newestBefore.get(call) < 0 ? 0 : history.calls.zxid.get(newestBefore.get(call));
	const mayReturn = (path: number, before: number) => {
		return inDoubt.createsOf(path).some(({ call }) => knownBefore(call) < before);
	};
	const losing = new Set([...vanishing].map((path) => paths.parentOf(path)));
	return {
		mayVanish,
		mayLoseChildren: (path) => losing.has(path) || inDoubt.childDeletesOf(path).length > 0,
		vanishing,
		maybeAbsent: (path, low, high) => maybeAbsent(changes, { mayVanish, mayReturn }, path, { low, high }),
		maybePresent: (path, zxid) => maybePresent(facts, path, zxid),
	};
}

/** Ephemerals, containers and nodes with a time to live. */
function vanishingPaths(facts: Facts): Set<number> {
	const { history, ephemerals, inDoubt } = facts;
	const { calls, texts } = history;
	const paths = new Set(ephemerals.map(({ path }) => path));
	for (let call = 0; call < calls.count; call++) {
		const op = calls.op.get(call);
		if (op === operationCode.create && isPassing(modeOf(calls, call))) {
			paths.add(calls.path.get(call));
			if (calls.got.get(call) >= 0) paths.add(calls.got.get(call));
		}
		if (op !== operationCode.multi) continue;
		for (const { operation } of writesOf(calls, call)) {
			if (operation.op === "create" && isPassing(operation.mode)) paths.add(texts.idOf(operation.path));
		}
	}
	for (const { operation } of inDoubt.writes) {
		if (operation.op === "create" && isPassing(operation.mode)) paths.add(texts.idOf(operation.path));
	}
	for (const path of maybeNumbered(facts)) paths.add(path);
	return paths;
}

/** Names that a sequential create in doubt may have been given, of a node that ends by itself. */
function maybeNumbered({ history: { texts }, inDoubt }: Facts): number[] {
	const beginnings = new Set<string>();
	for (const { operation } of inDoubt.writes) {
		if (operation.op === "create" && isPassing(operation.mode) && isSequential(operation.mode))
			beginnings.add(operation.path);
	}
	if (beginnings.size === 0) return [];
	const ids = Array.from({ length: texts.count - 1 }, (_, index) => index + 1);
	return ids.filter((id) => {
		const [, beginning = ""] = /^(.*)\d{10}$/s.exec(texts.textOf(id)) ?? [];
		return beginnings.has(beginning);
	});
}

function maybeAbsent(
	changes: Changes,
	{ mayVanish, mayReturn }: { mayVanish(path: number): boolean; mayReturn(path: number, before: number): boolean },
	path: number,
	{ low, high }: { readonly low: number; readonly high: number },
): boolean {
	const last = changes.lastAtOrBefore(path, low);
	if (last < 0 || !isAliveAfter(changes, last)) return true;
	const bound = changes.bound(last + 1);
	const lastOfLife = (bound < 0 ? changes.endOf(path) : bound) - 1;
	// It may have ended and been made again, both unseen: what follows is of another life then.
	if (mayVanish(path) && mayReturn(path, changes.zxid(lastOfLife))) return true;
	if (bound < 0) return mayVanish(path) && changes.zxid(lastOfLife) <= high;
	// Ended at `bound`, or was followed by another node, so that it ended unseen behind its last change.
	return changes.zxid(bound) <= high || (mayVanish(path) && changes.zxid(lastOfLife) <= high);
}

function maybePresent({ history, changes, inDoubt, paths }: Facts, path: number, zxid: number): boolean {
	const last = changes.lastAtOrBefore(path, zxid);
	if (last >= 0 && isAliveAfter(changes, last)) return true;
	const unseen = inDoubt.createsOf(path).length + inDoubt.childCreatesOf(paths.parentOf(path)).length;
	return unseen > 0 || (last < 0 && maybeOlder(history, path));
}

/** Everything below the workload's root was made in the history. */
function maybeOlder({ header, texts }: History, path: number): boolean {
	return !texts.textOf(path).startsWith(`${header.root}/`);
}

/** Whether there is a node behind this change and those of its zxid. */
function isAliveAfter(changes: Changes, index: number): boolean {
	const path = changes.path(index);
	for (let at = index; at >= changes.firstOf(path); at--) {
		const kind = changes.kind(at);
		if (kind === changeKind.deleted || kind === changeKind.gone) return false;
		if (kind !== changeKind.childGone) return true;
	}
	return true;
}
