import type { CreateMode, Data, Stat, SubOperation, SubResult } from "../../history/record.js";

/** One node at one moment. */
export interface StoryNode {
	readonly data: Data;
	readonly stat: Stat;
	/** Children ever created: the next sequential name. */
	readonly created: number;
}

export type StoryTree = ReadonlyMap<string, StoryNode>;

export const errors = {
	OK: 0,
	RUNTIMEINCONSISTENCY: -2,
	NONODE: -101,
	NOAUTH: -102,
	BADVERSION: -103,
	NOCHILDRENFOREPHEMERALS: -108,
	NODEEXISTS: -110,
	NOTEMPTY: -111,
} as const;

/** How a change came out: the tree after it and its result, or the error that it met. */
type Change =
	| { readonly ok: true; readonly tree: StoryTree; readonly result: SubResult }
	| { readonly ok: false; readonly err: number };

/** Who does it and when; `forced` skips all checks, as a wrong server would. */
export interface Writing {
	readonly zxid: number;
	readonly session: bigint;
	readonly forced: boolean;
}

/** A tree with nothing but the root of a workload, made at zxid 1. */
export function freshTree(root: string): StoryTree {
	return new Map([[root, nodeOf(null, 1, 0n)]]);
}

export function childrenOf(tree: StoryTree, path: string): string[] {
	const prefix = `${path}/`;
	const names = [...tree.keys()].filter((other) => other.startsWith(prefix)).map((other) => other.slice(prefix.length));
	return names.filter((name) => !name.includes("/")).sort();
}

export function applyOperation(tree: StoryTree, operation: SubOperation, writing: Writing): Change {
	switch (operation.op) {
		case "create":
			return create(tree, operation, writing);
		case "delete":
			return remove(tree, operation, writing);
		case "setData":
			return setData(tree, operation, writing);
		case "check": {
			const err = versionError(tree.get(operation.path), operation.version, writing.forced);
			return err === 0 ? { ok: true, tree, result: { op: "check" } } : { ok: false, err };
		}
	}
}

/** What is left when a session ends: everything but its ephemerals. */
export function withoutSession(tree: StoryTree, session: bigint, zxid: number): StoryTree {
	let left = tree;
	for (const [path, { stat }] of tree) {
		if (stat.ephemeralOwner === session) left = removed(left, path, zxid);
	}
	return left;
}

function create(tree: StoryTree, operation: SubOperation & { readonly op: "create" }, writing: Writing): Change {
	const parentPath = parentOf(operation.path);
	const parent = tree.get(parentPath);
	if (parent === undefined) return { ok: false, err: errors.NONODE };
	const path = isSequential(operation.mode) ? operation.path + suffixOf(parent) : operation.path;
	if (tree.has(path) && !writing.forced) return { ok: false, err: errors.NODEEXISTS };
	if (parent.stat.ephemeralOwner !== 0n) return { ok: false, err: errors.NOCHILDRENFOREPHEMERALS };
	const owner = isEphemeral(operation.mode) ? writing.session : 0n;
	const node = nodeOf(operation.data, writing.zxid, owner);
	const after = new Map(tree).set(path, node);
	after.set(parentPath, { ...withChild(parent, 1, writing.zxid), created: parent.created + 1 });
	return { ok: true, tree: after, result: { op: "create", path, stat: node.stat } };
}

function remove(tree: StoryTree, operation: SubOperation & { readonly op: "delete" }, writing: Writing): Change {
	const node = tree.get(operation.path);
	const err = versionError(node, operation.version, writing.forced);
	if (err !== 0 && !writing.forced) return { ok: false, err };
	if (childrenOf(tree, operation.path).length > 0 && !writing.forced) return { ok: false, err: errors.NOTEMPTY };
	return { ok: true, tree: removed(tree, operation.path, writing.zxid), result: { op: "delete" } };
}

function setData(tree: StoryTree, operation: SubOperation & { readonly op: "setData" }, writing: Writing): Change {
	const { zxid } = writing;
	const node = tree.get(operation.path) ?? (writing.forced ? nodeOf(null, zxid, 0n) : undefined);
	const err = versionError(node, operation.version, writing.forced);
	if (node === undefined || err !== 0) return { ok: false, err };
	const dataLength = operation.data?.length ?? 0;
	const stat = { ...node.stat, mzxid: zxid, mtime: timeOf(zxid), version: node.stat.version + 1, dataLength };
	const after = new Map(tree).set(operation.path, { ...node, data: operation.data, stat });
	return { ok: true, tree: after, result: { op: "setData", stat } };
}

function versionError(node: StoryNode | undefined, version: number, forced: boolean): number {
	if (node === undefined) return errors.NONODE;
	return version === -1 || version === node.stat.version || forced ? 0 : errors.BADVERSION;
}

function removed(tree: StoryTree, path: string, zxid: number): StoryTree {
	const after = new Map(tree);
	after.delete(path);
	const parent = tree.get(parentOf(path));
	if (parent !== undefined) after.set(parentOf(path), withChild(parent, -1, zxid));
	return after;
}

function withChild(parent: StoryNode, more: number, zxid: number): StoryNode {
	const { stat } = parent;
	const numChildren = stat.numChildren + more;
	return { ...parent, stat: { ...stat, cversion: stat.cversion + 1, numChildren, pzxid: zxid } };
}

function nodeOf(data: Data, zxid: number, ephemeralOwner: bigint): StoryNode {
	const at = timeOf(zxid);
	const versions = { version: 0, cversion: 0, aversion: 0 };
	const sizes = { dataLength: data?.length ?? 0, numChildren: 0 };
	const stat = { czxid: zxid, mzxid: zxid, pzxid: zxid, ctime: at, mtime: at, ...versions, ...sizes, ephemeralOwner };
	return { data, stat, created: 0 };
}

/** Any function of the zxid will do: one zxid has one time. */
function timeOf(zxid: number): number {
	return 1_700_000_000_000 + zxid;
}

function suffixOf(parent: StoryNode): string {
	return String(parent.created).padStart(10, "0");
}

function parentOf(path: string): string {
	return path.slice(0, path.lastIndexOf("/"));
}

function isSequential(mode: CreateMode): boolean {
	return mode.endsWith("Sequential");
}

function isEphemeral(mode: CreateMode): boolean {
	return mode.startsWith("ephemeral");
}
