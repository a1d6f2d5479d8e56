import { changeKind } from "./changes.js";
import type { Facts } from "./facts.js";
import { type Counters, countersOf } from "./node-walk.js";
import type { Presence } from "./presence.js";

/** Further than this nobody looks for a state that was shown. */
const walkMax = 1000;

/** Between what a node's version and its number of children are at some state. */
export interface KnownCounters {
	readonly versionMin: number;
	readonly versionMax: number;
	readonly childrenMin: number;
	readonly childrenMax: number;
}

/**
 * What is known of a node just before the change that follows this one: between the two, changes that nobody saw can hide. The
 * last state before that was shown, and the first one behind, give the bounds. Undefined where nothing is known.
 */
export function maybeCounters(facts: Facts, presence: Presence, change: number): KnownCounters | undefined {
	const before = countedForwards(facts, change);
	if (before === undefined) return undefined;
	if (hidesNothing(facts, presence, change)) return knownExactly(before);
	const after = countedBackwards(facts, change);
	if (after === undefined) return undefined;
	return {
		versionMin: before.version,
		versionMax: after.version,
		childrenMin: before.creates - after.deletes,
		childrenMax: after.creates - before.deletes,
	};
}

function knownExactly({ version, creates, deletes }: Counters): KnownCounters {
	const children = creates - deletes;
	return { versionMin: version, versionMax: version, childrenMin: children, childrenMax: children };
}

function hidesNothing({ changes, inDoubt }: Facts, presence: Presence, change: number): boolean {
	const path = changes.path(change);
	return inDoubt.setsOf(path).length + inDoubt.childCreatesOf(path).length === 0 && !presence.mayLoseChildren(path);
}

/** From the last shown state, or from nothing where the node was made. */
function countedForwards(facts: Facts, change: number): Counters | undefined {
	const { changes, states } = facts;
	const sum = { version: 0, creates: 0, deletes: 0 };
	const first = Math.max(changes.firstOf(changes.path(change)), change - walkMax);
	for (let index = change; index >= first; index--) {
		const shownBy = states.shownBy(index);
		if (shownBy >= 0) return added(countersOf(facts, shownBy), sum);
		const kind = changes.kind(index);
		if (kind === changeKind.created) return sum;
		if (kind === changeKind.deleted || kind === changeKind.gone || kind > changeKind.childDeleted) return undefined;
		count(sum, kind);
	}
	return undefined;
}

function countedBackwards(facts: Facts, change: number): Counters | undefined {
	const { changes, states } = facts;
	const sum = { version: 0, creates: 0, deletes: 0 };
	const end = Math.min(changes.endOf(changes.path(change)), change + walkMax);
	for (let index = change + 1; index < end; index++) {
		const kind = changes.kind(index);
		if (kind === changeKind.created || kind > changeKind.childDeleted || kind === changeKind.deleted) return undefined;
		count(sum, kind);
		const shownBy = states.shownBy(index);
		if (shownBy >= 0) return subtracted(countersOf(facts, shownBy), sum);
	}
	return undefined;
}

function count(sum: { version: number; creates: number; deletes: number }, kind: number): void {
	if (kind === changeKind.set) sum.version++;
	if (kind === changeKind.childCreated) sum.creates++;
	if (kind === changeKind.childDeleted) sum.deletes++;
}

function added(one: Counters, other: Counters): Counters {
	return {
		version: one.version + other.version,
		creates: one.creates + other.creates,
		deletes: one.deletes + other.deletes,
	};
}

function subtracted(one: Counters, other: Counters): Counters {
	return {
		version: one.version - other.version,
		creates: one.creates - other.creates,
		deletes: one.deletes - other.deletes,
	};
}
