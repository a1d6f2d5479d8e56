import { unreachable } from "../lib/assert.js";
import { type ErrorCode, errors } from "../model/errors.js";
import type { SessionId, Zxid } from "../model/ids.js";
import type { Acl, Id, StatPersisted } from "../model/records.js";
import type { CreateTxn, Txn } from "../model/txns.js";
import { copyOf, createdStat, ownerOf } from "../tree/created-stat.js";
import { contentCrcOf, digestOf } from "../tree/data-node.js";
import type { DataTree } from "../tree/data-tree.js";
import { kindOf } from "../tree/owner.js";
import { hasParentPath, isSpecialPath, isValidPath, parentPath } from "../tree/path.js";
import { exceedsHardLimit } from "../tree/quotas.js";
import { type CreateMode, isTtl, maybeCreateMode } from "../wire/create-mode.js";
import type { CreateRequest, SetAclRequest, WriteRequest } from "../wire/requests.js";
import { isGranted, maybeFixAcl, perms } from "./access.js";
import type { ServerConfig } from "./config.js";
import type { EnsembleView } from "./ensemble-view.js";
import type { FutureNode, PendingChanges } from "./pending-changes.js";

/** What a write is judged against. */
export interface Ledger {
	readonly tree: DataTree;
	readonly pending: PendingChanges;
	readonly config: ServerConfig;
	/** Undefined for a standalone server. */
	readonly ensemble: (() => EnsembleView) | undefined;
}

/** Who wants a change, and the place it will get. */
export interface Proposer {
	readonly session: SessionId;
	/** Why nothing of the session is done any more: it ends, or has moved to another server. */
	readonly sessionError: ErrorCode;
	/** The session can own nothing: only the server that its client is attached to knows it. */
	readonly local: boolean;
	readonly ids: readonly Id[];
	readonly zxid: Zxid;
	readonly timeMs: number;
}

/** Decides a change: the txn that makes it, noted as pending, or the first rule that it breaks, with nothing noted. */
export function prepare(ledger: Ledger, proposer: Proposer, request: WriteRequest | SetAclRequest): Txn | ErrorCode {
	switch (request.type) {
		case "create":
		case "create2":
		case "createContainer":
		case "createTtl":
			return prepareCreate(ledger, proposer, request);
		case "delete":
			return prepareDelete(ledger, proposer, request.path, request.version);
		case "setData":
			return prepareSetData(ledger, proposer, request);
		case "setAcl":
			return prepareSetAcl(ledger, proposer, request);
		case "check":
			return prepareCheck(ledger, proposer, request.path, request.version);
		default:
			return unreachable(request);
	}
}

/** All or nothing: at the first part that fails everything before it is undone and everything after it not tried. */
export function prepareMulti(ledger: Ledger, proposer: Proposer, ops: readonly WriteRequest[]): Txn {
	const txns: Txn[] = [];
	let failed = false;
	ledger.pending.begin();
	for (const op of ops) {
		const outcome = failed ? errors.runtimeInconsistency : prepare(ledger, proposer, op);
		if (typeof outcome === "number") failed = true;
		txns.push(typeof outcome === "number" ? { type: -1, error: outcome } : outcome);
	}
	if (failed) ledger.pending.drop();
	else ledger.pending.keep();
	return { type: 14, txns };
}

/** Ends a session: all its ephemerals go in one txn, also those that are only on their way. */
export function prepareCloseSession({ pending }: Ledger, session: SessionId, zxid: Zxid): Txn {
	const paths = pending.ephemerals(session);
	for (const path of paths) noteDelete(pending, zxid, path);
	return { type: -11, paths };
}

/** The cleaner's delete; undefined when the node is no longer to be removed. */
export function maybePrepareDeleteContainer({ pending }: Ledger, zxid: Zxid, path: string): Txn | undefined {
	const node = pending.maybeNode(path);
	if (node === undefined || node.childCount > 0) return undefined;
	if (node.kind !== "container" && node.kind !== "ttl") return undefined;
	noteDelete(pending, zxid, path);
	return { type: 20, path };
}

function prepareCreate(ledger: Ledger, proposer: Proposer, request: CreateRequest): Txn | ErrorCode {
	const mode = maybeCreateMode(request.flags);
	if (mode === undefined) return errors.badArguments;
	const modeError = ttlError(ledger.config, mode, request);
	if (modeError !== errors.ok) return modeError;
	if (proposer.sessionError !== errors.ok) return proposer.sessionError;
	if (mode.ephemeral && proposer.local) return errors.sessionExpired;
	if (!hasParentPath(request.path)) return errors.badArguments;
	const acl = maybeFixAcl(request.acl, proposer.ids);
	if (acl === undefined) return errors.invalidAcl;
	const parent = ledger.pending.maybeNode(parentPath(request.path));
	if (parent === undefined) return errors.noNode;
	if (!mayDo(ledger, parent.acl, perms.create, proposer)) return errors.noAuth;
	const path = mode.sequential ? request.path + sequenceSuffix(parent.stat.cversion) : request.path;
	const pathError = createPathError(ledger, path, parent, request);
	if (pathError !== errors.ok) return pathError;
	const parentCversion = (parent.stat.cversion + 1) | 0;
	const txn = createTxn(request, mode, { path, acl, parentCversion });
	noteCreate(ledger.pending, proposer, txn, parent);
	return txn;
}

function ttlError(config: ServerConfig, mode: CreateMode, { type, ttlMs }: CreateRequest): ErrorCode {
	// Apache writes createTTL txns with other modes to its log, where nothing can read them back properly.
	if (!mode.ttl) return type === "createTtl" ? errors.badArguments : errors.ok;
	if (!config.extendedTypesEnabled) return errors.unimplemented;
	return ttlMs !== undefined && isTtl(ttlMs) ? errors.ok : errors.badArguments;
}

function createPathError(ledger: Ledger, path: string, parent: FutureNode, { data }: CreateRequest): ErrorCode {
	if (!isValidPath(path)) return errors.badArguments;
	if (ledger.pending.maybeNode(path) !== undefined) return errors.nodeExists;
	if (parent.kind === "ephemeral") return errors.noChildrenForEphemerals;
	return exceedsQuota(ledger, path, data === null ? 0 : data.length, 1) ? errors.quotaExceeded : errors.ok;
}

/** Ten digits, as Java's `%010d` writes an int. */
function sequenceSuffix(counter: number): string {
	return counter < 0 ? `-${String(-counter).padStart(9, "0")}` : String(counter).padStart(10, "0");
}

type CreateFacts = Pick<CreateTxn, "path" | "acl" | "parentCversion">;

function createTxn({ type, data, ttlMs }: CreateRequest, { ephemeral }: CreateMode, facts: CreateFacts): CreateTxn {
	const contentCrc = contentCrcOf(facts.path, data);
	switch (type) {
		case "create":
			return { type: 1, ...facts, data, contentCrc, ephemeral };
		case "create2":
			return { type: 15, ...facts, data, contentCrc, ephemeral };
		case "createContainer":
			return { type: 19, ...facts, data, contentCrc };
		case "createTtl":
			return { type: 21, ...facts, data, contentCrc, ttlMs: ttlMs ?? 0 };
		default:
			return unreachable(type);
	}
}

function prepareDelete(ledger: Ledger, proposer: Proposer, path: string, version: number): Txn | ErrorCode {
	if (proposer.sessionError !== errors.ok) return proposer.sessionError;
	if (!hasParentPath(path) || isSpecialPath(path)) return errors.badArguments;
	const parent = ledger.pending.maybeNode(parentPath(path));
	if (parent === undefined) return errors.noNode;
	if (!mayDo(ledger, parent.acl, perms.delete, proposer)) return errors.noAuth;
	const node = ledger.pending.maybeNode(path);
	if (node === undefined) return errors.noNode;
	if (!isVersion(version, node.stat.version)) return errors.badVersion;
	if (node.childCount > 0) return errors.notEmpty;
	noteDelete(ledger.pending, proposer.zxid, path);
	return { type: 2, path };
}

function prepareSetData(
	ledger: Ledger,
	proposer: Proposer,
	{ path, data, version: expected }: Extract<WriteRequest, { type: "setData" }>,
): Txn | ErrorCode {
	if (proposer.sessionError !== errors.ok) return proposer.sessionError;
	const node = ledger.pending.maybeNode(path);
	// Where there is a node the path is one, but for the root's other name.
	if (node === undefined || path === "") return isValidPath(path) ? errors.noNode : errors.badArguments;
	if (!mayDo(ledger, node.acl, perms.write, proposer)) return errors.noAuth;
	const dataBytes = data === null ? 0 : data.length;
	if (exceedsQuota(ledger, path, dataBytes - node.dataBytes, 0)) return errors.quotaExceeded;
	if (!isVersion(expected, node.stat.version)) return errors.badVersion;
	const version = (node.stat.version + 1) | 0;
	const stat = copyOf(node.stat);
	stat.version = version;
	stat.mzxid = proposer.zxid;
	stat.mtimeMs = proposer.timeMs;
	const { kind, acl, childCount } = node;
	const contentCrc = contentCrcOf(path, data);
	const digest = digestOf(path, contentCrc, stat);
	const changed = { stat, kind, acl, childCount, dataBytes, contentCrc, digest };
	ledger.pending.set(proposer.zxid, path, changed, node);
	return { type: 5, path, data, version, contentCrc };
}

function prepareSetAcl(ledger: Ledger, proposer: Proposer, request: SetAclRequest): Txn | ErrorCode {
	if (proposer.sessionError !== errors.ok) return proposer.sessionError;
	const { path } = request;
	if (!isValidPath(path)) return errors.badArguments;
	const acl = maybeFixAcl(request.acl, proposer.ids);
	if (acl === undefined) return errors.invalidAcl;
	const node = ledger.pending.maybeNode(path);
	if (node === undefined) return errors.noNode;
	if (!mayDo(ledger, node.acl, perms.admin, proposer)) return errors.noAuth;
	if (!isVersion(request.version, node.stat.aversion)) return errors.badVersion;
	const aversion = (node.stat.aversion + 1) | 0;
	noteNode(ledger.pending, proposer.zxid, path, { ...node, acl, stat: { ...node.stat, aversion } });
	return { type: 7, path, acl, version: aversion };
}

function prepareCheck(ledger: Ledger, proposer: Proposer, path: string, version: number): Txn | ErrorCode {
	if (proposer.sessionError !== errors.ok) return proposer.sessionError;
	if (!isValidPath(path)) return errors.badArguments;
	const node = ledger.pending.maybeNode(path);
	if (node === undefined) return errors.noNode;
	if (!mayDo(ledger, node.acl, perms.read, proposer)) return errors.noAuth;
	if (!isVersion(version, node.stat.version)) return errors.badVersion;
	return { type: 13, path, version: (node.stat.version + 1) | 0 };
}

export function mayDo({ config }: Ledger, acl: readonly Acl[], wanted: number, { ids }: Proposer): boolean {
	return config.skipAcl || isGranted(acl, wanted, ids);
}

/** −1 means any, also when the node has come to that version by wrapping around. */
function isVersion(expected: number, actual: number): boolean {
	return expected === -1 || expected === actual;
}

/** Judged by the figures already applied, as Apache does: what is on its way can pass a limit together. */
function exceedsQuota({ config, tree }: Ledger, path: string, bytesDiff: number, countDiff: number): boolean {
	const quota = config.enforceQuota ? tree.maybeQuota(path) : undefined;
	return quota !== undefined && exceedsHardLimit(quota.limits, quota.stats, bytesDiff, countDiff);
}

function noteCreate(pending: PendingChanges, proposer: Proposer, txn: CreateTxn, parent: FutureNode): void {
	const { zxid } = proposer;
	const stat = txn.parentCversion > parent.stat.cversion ? counted(parent.stat, txn.parentCversion, zxid) : parent.stat;
	noteNode(pending, zxid, parentPath(txn.path), { ...parent, stat, childCount: parent.childCount + 1 });
	const owner = ownerOf(proposer, txn);
	noteNode(pending, zxid, txn.path, {
		stat: createdStat(proposer, owner),
		kind: kindOf(owner),
		acl: txn.acl,
		childCount: 0,
		dataBytes: txn.data === null ? 0 : txn.data.length,
		contentCrc: txn.contentCrc ?? contentCrcOf(txn.path, txn.data),
	});
}

function counted(before: Readonly<StatPersisted>, cversion: number, pzxid: Zxid): StatPersisted {
	const stat = copyOf(before);
	stat.cversion = cversion;
	stat.pzxid = pzxid;
	return stat;
}

function noteDelete(pending: PendingChanges, zxid: Zxid, path: string): void {
	const parent = pending.maybeNode(parentPath(path));
	pending.set(zxid, path, null);
	if (parent === undefined) return;
	const stat = counted(parent.stat, parent.stat.cversion, zxid);
	noteNode(pending, zxid, parentPath(path), { ...parent, stat, childCount: parent.childCount - 1 });
}

export function noteNode(pending: PendingChanges, zxid: Zxid, path: string, node: Omit<FutureNode, "digest">): void {
	const { stat, kind, acl, childCount, dataBytes, contentCrc } = node;
	const digest = digestOf(path, contentCrc, stat);
	pending.set(zxid, path, { stat, kind, acl, childCount, dataBytes, contentCrc, digest });
}
