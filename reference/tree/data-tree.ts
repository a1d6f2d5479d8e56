import { assert, unreachable } from "../lib/assert.js";
import { errors } from "../model/errors.js";
import { type Zxid, zxidZero } from "../model/ids.js";
import { openAcl } from "../model/open-acl.js";
import type { CreateTxn, Txn, TxnHeader } from "../model/txns.js";
import type { ApplyResult, Change, TxnResult } from "./apply-result.js";
import { copyOf, createdStat, ownerOf, zeroStat } from "./created-stat.js";
import { DataNode, type NodeRecord, statOf } from "./data-node.js";
import type { DigestSum } from "./digest-sum.js";
import type { NodeIndex } from "./node-index.js";
import { dataBytesOf, NodeStore } from "./node-store.js";
import { configPath, lastComponent, parentPath } from "./path.js";
import { QuotaBook } from "./quota-book.js";

const nothing: TxnResult = { error: errors.ok, path: null, stat: null, results: null };

const none: readonly Change[] = [];

/** What is told of a change, as far as anybody hears of it. */
class Told {
	readonly isAsked: boolean;
	changes: Change[] | undefined;

	constructor(isAsked: boolean) {
		this.isAsked = isAsked;
	}

	/** Most changes are one: a list that is made for it is a third of one that grows. */
	add(change: Change): void {
		if (this.changes === undefined) this.changes = [change];
		else this.changes.push(change);
	}
}

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
	readonly #store = new NodeStore();
	readonly #quotas = new QuotaBook(this.#store);

	constructor() {
		this.restoreNode("", { data: new Uint8Array(), acl: openAcl, stat: zeroStat() });
	}

	/** Version 2 of Apache's tree digest, as a signed 64-bit value. */
	get digest(): bigint {
		return this.#store.digests.value;
	}

	/** A copy of the running digest, to try out what is not applied yet. */
	copyDigests(into: DigestSum): void {
		into.set(this.#store.digests);
	}

	/** As Apache counts: the root twice, as "" and as "/". */
	get nodeCount(): number {
		return this.#store.size;
	}

	/** Lengths of all paths and data. */
	get approximateDataBytes(): number {
		return this.#store.dataBytes;
	}

	/** Sessions' ephemerals, containers and TTL nodes. */
	get index(): Pick<NodeIndex, "ephemerals" | "ephemeralCount" | "sessions" | "containers" | "ttls"> {
		return this.#store.index;
	}

	/** "" and "/" are both the root. */
	node(path: string): DataNode | undefined {
		return this.#store.node(path);
	}

	mustNode(path: string): DataNode {
		return this.#store.mustNode(path);
	}

	/**
	 * Every node, parents before children, the root first and as "". The tree may change between two steps: a node deleted
	 * meanwhile is left out, one created below a node already passed may be.
	 */
	*walk(): Generator<readonly [path: string, node: DataNode]> {
		yield ["", this.#store.mustNode("")];
		yield* this.#store.below("");
	}

	/** Descendants of a node, itself not included. */
	countBelow(path: string): number {
		let count = 0;
		for (const _ of this.#store.below(path)) count++;
		return count;
	}

	/** Limits and present figures of the nearest quota at or above a path; undefined when there is none. */
	maybeQuota(path: string): ReturnType<QuotaBook["maybeQuota"]> {
		return this.#quotas.maybeQuota(path);
	}

	/** Puts a node of a snapshot in, unless its parent is missing. Follow the last one with `recountQuotas`. */
	maybeRestoreNode(path: string, record: NodeRecord): "restored" | "orphan" {
		const name = lastComponent(path);
		const parent = name === path ? undefined : this.#store.node(parentPath(path));
		if (path !== "" && (name === "" || parent === undefined)) return "orphan";
		const { data, acl, stat, contentCrc } = record;
		const node = new DataNode(this.#store.heap, path, { data, acl, stat: copyOf(stat), contentCrc });
		if (parent === undefined) this.#store.setRoot(node);
		else this.#restoreBelow(parent, path, name, node);
		return "restored";
	}

	/** The same for what has its parent. */
	restoreNode(path: string, record: NodeRecord): void {
		assert(this.maybeRestoreNode(path, record) === "restored", `${path} comes without its parent`);
	}

	#restoreBelow(parent: DataNode, path: string, name: string, node: DataNode): void {
		const before = parent.children?.get(name);
		if (before !== undefined) {
			node.children = before.children;
			before.children = null;
			this.#store.remove(path, before);
		}
		this.#store.insert(parent, path, name, node);
		this.#quotas.noteRestored(path);
	}

	/** Counts what every quota has in it: a snapshot's figures may be older than its nodes. */
	recountQuotas(): void {
		this.#quotas.recountAll();
	}

	/**
	 * Says who belongs to the ensemble, where a member begins to serve. Nobody asked for this change: it has no zxid of its own,
	 * and `at` and `timeMs` are only shown. Nothing happens in a tree that has no config node.
	 */
	setConfig(text: Uint8Array, at: Zxid, timeMs: number): void {
		const node = this.#store.node(configPath);
		if (node === undefined) return;
		node.stat.version = -1;
		node.stat.mzxid = at;
		node.stat.mtimeMs = timeMs;
		this.#store.setContent(configPath, node, text);
	}

	/**
	 * Makes the change. Never refuses: what is already there or already gone is repaired, not an error.
	 * @param isAsked false: nobody waits for the result, and Stats are left out of it
	 */
	apply(header: TxnHeader, txn: Txn, isAsked = true): ApplyResult {
		const told = new Told(isAsked);
		const result = this.#apply(header, txn, told);
		if (header.zxid > this.lastZxid) this.lastZxid = header.zxid;
		return { result, changes: told.changes ?? none };
	}

	/** The same while nobody is there to be told of anything. */
	replay(header: TxnHeader, txn: Txn): void {
		this.#apply(header, txn, undefined);
		if (header.zxid > this.lastZxid) this.lastZxid = header.zxid;
	}

	#apply(header: TxnHeader, txn: Txn, told: Told | undefined): TxnResult {
		switch (txn.type) {
			case 1:
			case 15:
			case 19:
			case 21:
				return this.#create(header, txn, told);
			case 2:
			case 20:
				return this.#delete(header.zxid, txn.path, told);
			case 5:
			case 16:
				return this.#setData(header, txn, told);
			case 7:
				return this.#setAcl(txn, told);
			case 13:
				return { ...nothing, path: txn.path };
			case 14:
				return this.#multi(header, txn.txns, told);
			case -10:
				return nothing;
			case -11:
				return this.#closeSession(header, txn.paths ?? [], told);
			case -1:
				return { ...nothing, error: txn.error };
			default:
				return unreachable(txn);
		}
	}

	#create(header: TxnHeader, txn: CreateTxn, told: Told | undefined): TxnResult {
		const { path, data, acl, contentCrc } = txn;
		const above = parentPath(path);
		const parent = this.#store.node(above);
		if (parent === undefined) return { ...nothing, error: errors.noNode };
		this.#countCreate(above, parent, txn.parentCversion, header.zxid);
		const name = lastComponent(path);
		if (parent.children?.has(name)) return { ...nothing, error: errors.nodeExists };
		const stat = createdStat(header, ownerOf(header, txn));
		const node = new DataNode(this.#store.heap, path, { data, acl, stat, contentCrc });
		this.#store.insert(parent, path, name, node);
		this.#quotas.noteCreated(path, dataBytesOf(data));
		told?.add({ type: "created", path, acl, parentAcl: parent.acl });
		return resultOf(path, node, told);
	}

	/** The counter only rises: replay over a fuzzy snapshot may bring creates that are counted already. */
	#countCreate(path: string, parent: DataNode, parentCversion: number, zxid: Zxid): void {
		const cversion = parentCversion === -1 ? parent.stat.cversion + 1 : parentCversion;
		if (cversion <= parent.stat.cversion) return;
		parent.stat.cversion = cversion;
		if (zxid > parent.stat.pzxid) parent.stat.pzxid = zxid;
		this.#store.statChanged(path, parent);
	}

	#delete(zxid: Zxid, path: string, told: Told | undefined): TxnResult {
		const parent = this.#store.node(parentPath(path));
		if (parent === undefined) return { ...nothing, error: errors.noNode };
		if (zxid > parent.stat.pzxid) parent.stat.pzxid = zxid;
		this.#store.statChanged(parentPath(path), parent);
		const node = this.#store.node(path);
		if (node === undefined) return { ...nothing, error: errors.noNode };
		const { dataBytes } = node;
		this.#store.remove(path, node);
		this.#quotas.noteDeleted(path, dataBytes);
		told?.add({ type: "deleted", path, acl: node.acl, parentAcl: parent.acl });
		return { ...nothing, path };
	}

	#setData(header: TxnHeader, txn: Extract<Txn, { type: 5 | 16 }>, told: Told | undefined): TxnResult {
		const { path, data } = txn;
		const node = this.#store.node(path);
		if (node === undefined) return { ...nothing, error: errors.noNode };
		const bytesDiff = dataBytesOf(data) - node.dataBytes;
		node.stat.version = txn.version;
		node.stat.mzxid = header.zxid;
		node.stat.mtimeMs = header.timeMs;
		this.#store.setContent(path, node, data, txn.contentCrc);
		this.#quotas.account(path, bytesDiff, 0);
		told?.add({ type: "dataChanged", path, acl: node.acl });
		return resultOf(path, node, told);
	}

	#setAcl({ path, acl, version }: Extract<Txn, { type: 7 }>, told: Told | undefined): TxnResult {
		const node = this.#store.node(path);
		if (node === undefined) return { ...nothing, error: errors.noNode };
		node.acl = acl;
		node.stat.aversion = version;
		this.#store.statChanged(path, node);
		return resultOf(path, node, told);
	}

	#multi(header: TxnHeader, txns: readonly Txn[], told: Told | undefined): TxnResult {
		const failedAt = txns.findIndex((txn) => txn.type === -1);
		const results = txns.map((txn, i) => (i < failedAt ? nothing : this.#apply(header, txn, told)));
		const error = results.find((result) => result.error !== errors.ok)?.error ?? errors.ok;
		return { ...nothing, error, results };
	}

	#closeSession(header: TxnHeader, paths: readonly string[], told: Told | undefined): TxnResult {
		for (const path of paths) this.#delete(header.zxid, path, told);
		for (const path of [...this.index.ephemerals(header.session)]) this.#delete(header.zxid, path, told);
		return nothing;
	}
}

function resultOf(path: string, node: DataNode, told: Told | undefined): TxnResult {
	return told?.isAsked ? { ...nothing, path, stat: statOf(node) } : nothing;
}
