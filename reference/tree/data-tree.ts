import { assert, unreachable } from "../lib/assert.js";
import { errors } from "../model/errors.js";
import { type SessionId, sessionId, type Zxid, zxidZero } from "../model/ids.js";
import type { Acl, StatPersisted } from "../model/records.js";
import type { Txn, TxnHeader } from "../model/txns.js";
import type { ApplyResult, Change, TxnResult } from "./apply-result.js";
import { contentCrcOf, type DataNode, digestOf, makeNode, type NodeRecord, openAcl, statOf } from "./data-node.js";
import { DigestSum } from "./digest-sum.js";
import { NodeIndex } from "./node-index.js";
import { containerOwner, ttlOwner } from "./owner.js";
import { childPath, lastComponent, parentPath } from "./path.js";
import {
	limitsName,
	limitsPath,
	maybeQuotaTarget,
	parseQuota,
	type Quota,
	QuotaPaths,
	quotaStatsData,
	statsName,
	statsPath,
} from "./quotas.js";

type CreateTxn = Extract<Txn, { type: 1 | 15 | 19 | 21 }>;

const noNames: ReadonlySet<string> = new Set();

const nothing: TxnResult = { error: errors.ok, path: null, stat: null, results: null };

/**
 * The tree of nodes: what all servers agree on after the same transactions.
 *
 * 1. A node's parent is in the tree and lists its name.
 * 2. `digest` is the sum of the digests of all nodes outside /zookeeper/.
 * 3. Zxids in Stats never go down, also when a log is replayed over a snapshot that already holds part of it.
 */
export class DataTree {
	/** Of the last transaction applied. */
	lastZxid: Zxid = zxidZero;
	readonly #nodes = new Map<string, DataNode>();
	readonly #index = new NodeIndex();
	readonly #quotas = new QuotaPaths();
	readonly #digests = new DigestSum();
	#dataBytes = 0;

	constructor() {
		this.restoreNode("", { data: new Uint8Array(), acl: openAcl, stat: zeroStat() });
	}

	/** Version 2 of Apache's tree digest, as a signed 64-bit value. */
	get digest(): bigint {
		return this.#digests.value;
	}

	/** A copy of the running digest, to try out what is not applied yet. */
	copyDigests(into: DigestSum): void {
		into.set(this.#digests);
	}

	/** As Apache counts: the root twice, as "" and as "/". */
	get nodeCount(): number {
		return this.#nodes.size;
	}

	/** Lengths of all paths and data. */
	get approximateDataBytes(): number {
		return this.#dataBytes;
	}

	/** Sessions' ephemerals, containers and TTL nodes. */
	get index(): Pick<NodeIndex, "ephemerals" | "ephemeralCount" | "sessions" | "containers" | "ttls"> {
		return this.#index;
	}

	/** "" and "/" are both the root. */
	node(path: string): DataNode | undefined {
		return this.#nodes.get(path);
	}

	mustNode(path: string): DataNode {
		const node = this.#nodes.get(path);
		assert(node !== undefined, `no node ${path}`);
		return node;
	}

	/**
	 * Every node, parents before children, the root first and as "". The tree may change between two steps: a node deleted
	 * meanwhile is left out, one created below a node already passed may be.
	 */
	*walk(): Generator<readonly [path: string, node: DataNode]> {
		const root = this.mustNode("");
		yield ["", root];
		yield* this.#walkBelow("", root);
	}

	/** Iterators and no copies: one node may have a million children, and a turn of the server must stay short. */
	*#walkBelow(top: string, { children }: DataNode): Generator<readonly [path: string, node: DataNode]> {
		const stack = [{ path: top, names: (children ?? noNames)[Symbol.iterator]() }];
		for (let last = stack.at(-1); last !== undefined; last = stack.at(-1)) {
			const { value: name, done } = last.names.next();
			if (done === true) {
				stack.pop();
				continue;
			}
			const path = childPath(last.path, name);
			const node = this.#nodes.get(path);
			if (node === undefined) continue;
			yield [path, node];
			if (node.children !== null) stack.push({ path, names: node.children[Symbol.iterator]() });
		}
	}

	/** Descendants of a node, itself not included. */
	countBelow(path: string): number {
		let count = 0;
		const stack = [path];
		for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
			for (const name of this.#nodes.get(at)?.children ?? []) {
				count++;
				stack.push(childPath(at, name));
			}
		}
		return count;
	}

	/** Limits and present figures of the nearest quota at or above a path; undefined when there is none. */
	maybeQuota(path: string): { readonly limits: Quota; readonly stats: Quota } | undefined {
		const nearest = this.#quotas.maybeNearest(path);
		if (nearest === undefined) return undefined;
		const limits = this.#nodes.get(limitsPath(nearest));
		const stats = this.#nodes.get(statsPath(nearest));
		if (limits === undefined || stats === undefined) return undefined;
		return { limits: parseQuota(limits.data), stats: parseQuota(stats.data) };
	}

	/** Puts a node of a snapshot in; its parent must be there already. Follow the last one with `recountQuotas`. */
	restoreNode(path: string, record: NodeRecord): void {
		const node = makeNode(path, { ...record, stat: { ...record.stat } });
		if (path === "") this.#setRoot(node);
		else this.#restoreBelow(path, node);
	}

	#restoreBelow(path: string, node: DataNode): void {
		this.mustNode(parentPath(path));
		const before = this.#nodes.get(path);
		if (before !== undefined) this.#remove(path, before);
		node.children = before?.children ?? null;
		this.#insert(path, node);
		if (lastComponent(path) === limitsName) this.#noteQuota(path);
	}

	/** Counts what every quota has in it: a snapshot's figures may be older than its nodes. */
	recountQuotas(): void {
		for (const path of this.#quotas) this.#recountQuota(path);
	}

	/** Makes the change. Never refuses: what is already there or already gone is repaired, not an error. */
	apply(header: TxnHeader, txn: Txn): ApplyResult {
		const changes: Change[] = [];
		const result = this.#apply(header, txn, changes);
		if (header.zxid > this.lastZxid) this.lastZxid = header.zxid;
		return { result, changes };
	}

	#apply(header: TxnHeader, txn: Txn, changes: Change[]): TxnResult {
		switch (txn.type) {
			case 1:
			case 15:
			case 19:
			case 21:
				return this.#create(header, txn, changes);
			case 2:
			case 20:
				return this.#delete(header.zxid, txn.path, changes);
			case 5:
			case 16:
				return this.#setData(header, txn, changes);
			case 7:
				return this.#setAcl(txn.path, txn.acl, txn.version);
			case 13:
				return { ...nothing, path: txn.path };
			case 14:
				return this.#multi(header, txn.txns, changes);
			case -10:
				return nothing;
			case -11:
				return this.#closeSession(header, txn.paths ?? [], changes);
			case -1:
				return { ...nothing, error: txn.error };
			default:
				return unreachable(txn);
		}
	}

	#create(header: TxnHeader, txn: CreateTxn, changes: Change[]): TxnResult {
		const parent = this.#nodes.get(parentPath(txn.path));
		if (parent === undefined) return { ...nothing, error: errors.noNode };
		this.#countCreate(parentPath(txn.path), parent, txn.parentCversion, header.zxid);
		if (this.#nodes.has(txn.path)) return { ...nothing, error: errors.nodeExists };
		const stat = createdStat(header, ownerOf(header, txn));
		const node = makeNode(txn.path, { data: txn.data, acl: txn.acl, stat });
		this.#insert(txn.path, node);
		const shown = txn.type === 1 ? null : statOf(node);
		this.#noteQuotaNode(txn.path);
		this.#account(txn.path, dataLength(node.data), 1);
		changes.push({ type: "created", path: txn.path, acl: node.acl, parentAcl: parent.acl });
		return { ...nothing, path: txn.path, stat: shown };
	}

	/** The counter only rises: replay over a fuzzy snapshot may bring creates that are counted already. */
	#countCreate(path: string, parent: DataNode, parentCversion: number, zxid: Zxid): void {
		const cversion = parentCversion === -1 ? parent.stat.cversion + 1 : parentCversion;
		if (cversion <= parent.stat.cversion) return;
		parent.stat.cversion = cversion;
		if (zxid > parent.stat.pzxid) parent.stat.pzxid = zxid;
		this.#statChanged(path, parent);
	}

	#delete(zxid: Zxid, path: string, changes: Change[]): TxnResult {
		const parent = this.#nodes.get(parentPath(path));
		if (parent === undefined) return { ...nothing, error: errors.noNode };
		if (zxid > parent.stat.pzxid) parent.stat.pzxid = zxid;
		this.#statChanged(parentPath(path), parent);
		const node = this.#nodes.get(path);
		if (node === undefined) return { ...nothing, error: errors.noNode };
		this.#remove(path, node);
		if (lastComponent(path) === limitsName) this.#forgetQuota(path);
		this.#account(path, -dataLength(node.data), -1);
		changes.push({ type: "deleted", path, acl: node.acl, parentAcl: parent.acl });
		return { ...nothing, path };
	}

	#setData(header: TxnHeader, txn: Extract<Txn, { type: 5 | 16 }>, changes: Change[]): TxnResult {
		const node = this.#nodes.get(txn.path);
		if (node === undefined) return { ...nothing, error: errors.noNode };
		const bytesDiff = dataLength(txn.data) - dataLength(node.data);
		node.stat.version = txn.version;
		node.stat.mzxid = header.zxid;
		node.stat.mtimeMs = header.timeMs;
		this.#setContent(txn.path, node, txn.data);
		this.#account(txn.path, bytesDiff, 0);
		changes.push({ type: "dataChanged", path: txn.path, acl: node.acl });
		return { ...nothing, path: txn.path, stat: statOf(node) };
	}

	#setAcl(path: string, acl: readonly Acl[], version: number): TxnResult {
		const node = this.#nodes.get(path);
		if (node === undefined) return { ...nothing, error: errors.noNode };
		node.acl = acl;
		node.stat.aversion = version;
		this.#statChanged(path, node);
		return { ...nothing, path, stat: statOf(node) };
	}

	#multi(header: TxnHeader, txns: readonly Txn[], changes: Change[]): TxnResult {
		const failedAt = txns.findIndex((txn) => txn.type === -1);
		const results = txns.map((txn, i) => (i < failedAt ? nothing : this.#apply(header, txn, changes)));
		const error = results.find((result) => result.error !== errors.ok)?.error ?? errors.ok;
		return { ...nothing, error, results };
	}

	#closeSession(header: TxnHeader, paths: readonly string[], changes: Change[]): TxnResult {
		for (const path of paths) this.#delete(header.zxid, path, changes);
		for (const path of [...this.#index.ephemerals(header.session)]) this.#delete(header.zxid, path, changes);
		return nothing;
	}

	#setRoot(root: DataNode): void {
		const before = this.#nodes.get("");
		this.#digests.subtract(before?.digest ?? 0);
		this.#dataBytes += root.data === null ? 0 : root.data.length;
		this.#dataBytes += before === undefined ? "/".length : -dataLength(before.data);
		root.children = before?.children ?? null;
		this.#nodes.set("", root).set("/", root);
		this.#digests.add(root.digest);
	}

	#insert(path: string, node: DataNode): void {
		const parent = this.mustNode(parentPath(path));
		parent.children ??= new Set();
		parent.children.add(lastComponent(path));
		this.#nodes.set(path, node);
		this.#index.add(path, node);
		this.#digests.add(node.digest);
		this.#dataBytes += path.length + dataLength(node.data);
	}

	#remove(path: string, node: DataNode): void {
		this.mustNode(parentPath(path)).children?.delete(lastComponent(path));
		this.#nodes.delete(path);
		this.#index.delete(path, node);
		this.#digests.subtract(node.digest);
		this.#dataBytes -= path.length + dataLength(node.data);
	}

	#setContent(path: string, node: DataNode, data: Uint8Array | null): void {
		this.#dataBytes += dataLength(data) - dataLength(node.data);
		node.data = data;
		node.contentCrc = contentCrcOf(path, data);
		this.#statChanged(path, node);
	}

	#statChanged(path: string, node: DataNode): void {
		this.#digests.subtract(node.digest);
		node.digest = digestOf(path, node.contentCrc, node.stat);
		this.#digests.add(node.digest);
	}

	#noteQuotaNode(path: string): void {
		const name = lastComponent(path);
		if (name === limitsName) this.#noteQuota(path);
		const target = name === statsName ? maybeQuotaTarget(parentPath(path)) : undefined;
		if (target !== undefined) this.#recountQuota(target);
	}

	#noteQuota(limitsPath: string): void {
		const target = maybeQuotaTarget(parentPath(limitsPath));
		if (target !== undefined) this.#quotas.add(target);
	}

	#forgetQuota(limitsPath: string): void {
		const target = maybeQuotaTarget(parentPath(limitsPath));
		if (target !== undefined) this.#quotas.delete(target);
	}

	#recountQuota(target: string): void {
		const stats = this.#nodes.get(statsPath(target));
		if (stats === undefined) return;
		let count = 0;
		let bytes = 0;
		const stack = this.#nodes.has(target) ? [target] : [];
		for (let path = stack.pop(); path !== undefined; path = stack.pop()) {
			const node = this.mustNode(path);
			count++;
			bytes += dataLength(node.data);
			for (const name of node.children ?? []) stack.push(childPath(path, name));
		}
		this.#setContent(statsPath(target), stats, quotaStatsData(count, bytes));
	}

	/** Figures of the nearest quota follow every change; version and watches of their node stay as they are. */
	#account(path: string, bytesDiff: number, countDiff: number): void {
		const nearest = this.#quotas.maybeNearest(path);
		const stats = nearest === undefined ? undefined : this.#nodes.get(statsPath(nearest));
		if (nearest === undefined || stats === undefined) return;
		const before = parseQuota(stats.data);
		const data = quotaStatsData(before.count + countDiff, before.bytes + bytesDiff);
		this.#setContent(statsPath(nearest), stats, data);
	}
}

/** The tree of a server that has never written anything. */
export function freshTree(): DataTree {
	const tree = new DataTree();
	const builtIn = (acl: readonly Acl[], aversion: number): NodeRecord => {
		return { data: new Uint8Array(), acl, stat: { ...zeroStat(), aversion } };
	};
	tree.restoreNode("/zookeeper", builtIn(openAcl, 0));
	tree.restoreNode("/zookeeper/config", builtIn([{ perms: 1, id: { scheme: "world", id: "anyone" } }], -1));
	tree.restoreNode("/zookeeper/quota", builtIn(openAcl, 0));
	return tree;
}

function dataLength(data: Uint8Array | null): number {
	return data === null ? 0 : data.length;
}

function zeroStat(): StatPersisted {
	return {
		czxid: zxidZero,
		mzxid: zxidZero,
		ctimeMs: 0,
		mtimeMs: 0,
		version: 0,
		cversion: 0,
		aversion: 0,
		ephemeralOwner: 0n,
		pzxid: zxidZero,
	};
}

/** The Stat that a new node starts with. */
export function createdStat({ zxid, timeMs }: Pick<TxnHeader, "zxid" | "timeMs">, owner: bigint): StatPersisted {
	return {
		czxid: zxid,
		mzxid: zxid,
		ctimeMs: timeMs,
		mtimeMs: timeMs,
		version: 0,
		cversion: 0,
		aversion: 0,
		ephemeralOwner: owner,
		pzxid: zxid,
	};
}

/** The owner that a create gives its node. */
export function ownerOf(header: { readonly session: SessionId }, txn: CreateTxn): bigint {
	switch (txn.type) {
		case 1:
		case 15:
			return txn.ephemeral ? header.session : sessionId(0n);
		case 19:
			return containerOwner;
		case 21:
			return ttlOwner(txn.ttlMs);
		default:
			return unreachable(txn);
	}
}
