import type { History } from "../history/history.js";
import { sessionOfCall } from "./answered.js";
import { isEphemeral, parentOf } from "./write.js";
import { type Written, writtenOf } from "./written.js";

/** One ephemeral node, from its create to its end; a path may have several, one after the other. */
export interface EphemeralNode {
	readonly path: string;
	readonly czxid: number;
	readonly session: bigint;
	/** A client deleted it, or may have: that it is gone says nothing about its session. */
	readonly deleted: boolean;
}

/** All ephemeral nodes of which a history tells, by path and czxid. */
export interface EphemeralBook {
	/** The node that a Stat speaks of. */
	nodeAt(path: string, czxid: number): EphemeralNode | undefined;
	/** The newest node of this path that is not newer than this zxid. */
	newestAt(path: string, zxid: number): EphemeralNode | undefined;
	/** Paths of ephemerals below this one that no client deleted. */
	below(parent: string): ReadonlySet<string>;
	/** Whether a node of this name may be another one than those that are known. */
	isAmbiguous(path: string): boolean;
	readonly size: number;
}

interface Deletes {
	readonly zxids: number[];
	inDoubt: boolean;
}

export function ephemeralBookOf(history: History): EphemeralBook {
	const found = new Map<string, { czxid: number; session: bigint }[]>();
	const deletes = new Map<string, Deletes>();
	const ambiguous = new Set<string>();
	const add = (path: string, czxid: number, session: bigint): void => {
		const known = found.get(path);
		if (known === undefined) found.set(path, [{ czxid, session }]);
		else if (!known.some((one) => one.czxid === czxid)) known.push({ czxid, session });
	};
	for (const written of writtenOf(history)) {
		noteDelete(deletes, written);
		if (!noteCreate(history, written, add)) ambiguous.add(written.operation.path);
	}
	addSeen(history, add);
	return bookOf(found, deletes, ambiguous);
}

type Add = (path: string, czxid: number, session: bigint) => void;

/** False for a create after which a node of this name may be there that is not in the book. */
function noteCreate(history: History, { call, operation, result, zxid }: Written, add: Add): boolean {
	if (operation.op !== "create") return true;
	if (!isEphemeral(operation.mode) || zxid === undefined || result?.op !== "create") return false;
	add(result.path, zxid, sessionOfCall(history, call));
	return true;
}

function noteDelete(deletes: Map<string, Deletes>, { operation, zxid }: Written): void {
	if (operation.op !== "delete") return;
	const known = deletes.get(operation.path) ?? { zxids: [], inDoubt: false };
	if (zxid === undefined) known.inDoubt = true;
	else known.zxids.push(zxid);
	deletes.set(operation.path, known);
}

/** Those whose create is in doubt are known by their Stat. */
function addSeen({ calls, stats, texts }: History, add: Add): void {
	for (let call = 0; call < calls.count; call++) {
		const stat = calls.stat.get(call);
		if (stat < 0 || stats.owner.get(stat) === 0) continue;
		const got = calls.op.get(call) === 0 ? calls.got.get(call) : calls.path.get(call);
		add(texts.textOf(got), stats.czxid.get(stat), stats.ownerOf(stat));
	}
}

function bookOf(
	found: ReadonlyMap<string, readonly { czxid: number; session: bigint }[]>,
	deletes: ReadonlyMap<string, Deletes>,
	ambiguous: ReadonlySet<string>,
): EphemeralBook {
	const nodes = new Map<string, EphemeralNode[]>();
	const below = new Map<string, Set<string>>();
	for (const [path, list] of found) {
		const sorted = list.toSorted((one, other) => one.czxid - other.czxid);
		const own = sorted.map((one, index) => {
			return { path, ...one, deleted: isDeleted(deletes.get(path), one.czxid, sorted[index + 1]?.czxid) };
		});
		nodes.set(path, own);
		if (own.every(({ deleted }) => deleted)) continue;
		const siblings = below.get(parentOf(path)) ?? new Set();
		below.set(parentOf(path), siblings.add(path));
	}
	return {
		nodeAt: (path, czxid) => nodes.get(path)?.find((one) => one.czxid === czxid),
		newestAt: (path, zxid) => nodes.get(path)?.findLast((one) => one.czxid <= zxid),
		below: (parent) => below.get(parent) ?? new Set(),
		isAmbiguous: (path) => ambiguous.has(path),
		size: nodes.size,
	};
}

function isDeleted(deletes: Deletes | undefined, czxid: number, next = Number.POSITIVE_INFINITY): boolean {
	if (deletes === undefined) return false;
	// A multi can make a node and delete it.
	return deletes.inDoubt || deletes.zxids.some((zxid) => zxid >= czxid && zxid <= next);
}
