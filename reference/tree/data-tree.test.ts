import assert from "node:assert/strict";
import { sessionId, zxid } from "../model/ids.js";
import { openAcl } from "../model/open-acl.js";
import type { Txn } from "../model/txns.js";
import { statOf } from "./data-node.js";
import { DataTree } from "./data-tree.js";
import { freshTree } from "./fresh-tree.js";
import { isValidPath } from "./path.js";

const session = sessionId(0x1_0000_0000_0001n);

function applyAll(tree: DataTree, txns: readonly Txn[], firstZxid = Number(tree.lastZxid) + 1): void {
	for (const [i, txn] of txns.entries()) {
		const at = firstZxid + i;
		tree.apply({ session, cxid: i, zxid: zxid(at), timeMs: 1000 + at, type: txn.type }, txn);
	}
}

function create(path: string, parentCversion: number, data = new Uint8Array(), ephemeral = false): Txn {
	return { type: 1, path, data, acl: openAcl, ephemeral, parentCversion };
}

function contents(tree: DataTree): unknown {
	const nodes = [...tree.walk()].map(([path, { data, acl, stat }]) => [path, { data, acl, stat }] as const);
	return new Map(nodes.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function restored(tree: DataTree): DataTree {
	const copy = new DataTree();
	for (const [path, node] of tree.walk()) copy.restoreNode(path, node);
	copy.lastZxid = tree.lastZxid;
	return copy;
}

describe("DataTree", () => {
	it("starts as Apache's does", () => {
		const tree = freshTree();
		assert.equal(tree.nodeCount, 5);
		assert.equal(tree.approximateDataBytes, 44);
		assert.equal(statOf(tree.mustNode("/")).cversion, -1);
		assert.equal(statOf(tree.mustNode("/zookeeper")).cversion, -2);
		assert.equal(statOf(tree.mustNode("/zookeeper/config")).aversion, -1);
		assert.equal(tree.countBelow("/"), 3);
	});

	it("takes a node of a snapshot with its parent alone, and a second time in the place of the first", () => {
		const tree = freshTree();
		const { data, acl, stat } = tree.mustNode("/zookeeper");
		for (const path of ["/none/below", "no-slash", "no/slash", "/zookeeper/", "/"])
			assert.equal(tree.maybeRestoreNode(path, { data, acl, stat }), "orphan", path);
		const before = contents(tree);
		assert.equal(tree.maybeRestoreNode("/zookeeper", { data, acl, stat }), "restored");
		assert.deepEqual(contents(tree), before);
	});

	it("counts creates and deletes in the parent", () => {
		const tree = freshTree();
		applyAll(tree, [create("/a", 1), create("/a/x", 1), create("/a/y", 2), { type: 2, path: "/a/x" }]);
		const stat = statOf(tree.mustNode("/a"));
		assert.deepEqual(
			[stat.cversion, stat.numChildren, stat.pzxid, stat.czxid, stat.mzxid],
			[3, 1, zxid(4), zxid(1), zxid(1)],
		);
	});

	it("copies the data of a write, which lie in a buffer of the network", () => {
		const tree = freshTree();
		const data = Uint8Array.of(1, 2, 3);
		applyAll(tree, [create("/a", 1, data), create("/b", 2)]);
		applyAll(tree, [{ type: 5, path: "/b", data, version: 1 }]);
		data.fill(0);
		for (const path of ["/a", "/b"]) assert.deepEqual(tree.mustNode(path).data, Uint8Array.of(1, 2, 3));
	});

	it("reports changes in order, with the node before its parent's concern", () => {
		const tree = freshTree();
		const header = { session, cxid: 1, zxid: zxid(1), timeMs: 5, type: 14 } as const;
		const { result, changes } = tree.apply(header, {
			type: 14,
			txns: [create("/a", 1), { type: 5, path: "/a", data: null, version: 1 }, { type: 2, path: "/a" }],
		});
		assert.deepEqual(
			changes.map(({ type, path }) => `${type} ${path}`),
			["created /a", "dataChanged /a", "deleted /a"],
		);
		assert.equal(result.results?.length, 3);
	});

	it("applies nothing of a failed multi", () => {
		const tree = freshTree();
		const before = contents(tree);
		applyAll(tree, [{ type: 14, txns: [create("/a", 1), { type: -1, error: -101 }, { type: -1, error: -2 }] }]);
		assert.deepEqual(contents(tree), before);
		assert.equal(tree.lastZxid, 1);
	});

	it("is the same after a replay over a tree that already holds the end of it", () => {
		const txns: Txn[] = [
			create("/a", 1),
			create("/a/x", 1),
			create("/a/e", 2, new Uint8Array(3), true),
			{ type: 5, path: "/a", data: Uint8Array.of(1), version: 1 },
			{ type: 2, path: "/a/x" },
			{ type: 7, path: "/a", acl: openAcl, version: 1 },
			{ type: -11, paths: ["/a/e"] },
			create("/b", 2),
			{ type: 2, path: "/b" },
			create("/b", 3),
			create("/b/x", 1, new Uint8Array(2)),
			create("/b/x/e", 1, undefined, true),
		];
		const tree = freshTree();
		applyAll(tree, txns);
		const again = restored(tree);
		applyAll(again, txns, 1);
		assert.deepEqual(contents(again), contents(tree));
		assert.equal(again.digest, tree.digest);
		assert.equal(again.nodeCount, tree.nodeCount);
		assert.equal(again.approximateDataBytes, tree.approximateDataBytes);
		assert.deepEqual([...again.index.ephemerals(session)], ["/b/x/e"]);
	});

	it("finds a node by its path alone, as long as it is there", () => {
		const tree = freshTree();
		applyAll(tree, [create("/a", 1), create("/a/b", 1), create("/a/b/c", 1)]);
		for (const path of ["", "/", "/a", "/a/b", "/a/b/c"]) assert.equal(tree.node(path), tree.node(path), path);
		assert.equal(tree.node("/a/b/c"), tree.node("/a/b")?.children?.get("c"));
		const long = "/a".repeat(500_000);
		for (const path of ["//a", "/a/", "/a//b", "a", "a/b", "//", "/b/c", "/a/b/c/d", long])
			assert.equal(tree.node(path), undefined, path.slice(0, 9));
		const before = tree.node("/a/b/c");
		applyAll(tree, [{ type: 2, path: "/a/b/c" }]);
		assert.equal(tree.node("/a/b/c"), undefined);
		applyAll(tree, [create("/a/b/c", 2)]);
		assert.notEqual(tree.node("/a/b/c"), before);
		assert.equal(tree.node("/a/b/c")?.stat.czxid, 5);
	});

	it("keeps the digest that a fresh sum over the same nodes gives", () => {
		const tree = freshTree();
		applyAll(tree, [create("/a", 1, Uint8Array.of(1, 2)), create("/b", 2), create("/b/c", 1, undefined, true)]);
		applyAll(tree, [
			{ type: 5, path: "/b", data: Uint8Array.of(9), version: 1 },
			{ type: 2, path: "/a" },
		]);
		assert.equal(tree.digest, restored(tree).digest);
		assert.equal(tree.approximateDataBytes, restored(tree).approximateDataBytes);
	});

	it("keeps quota figures and removes ephemerals with their session", () => {
		const tree = freshTree();
		const limits = create("/zookeeper/quota/a/zookeeper_limits", 1);
		const stats = create("/zookeeper/quota/a/zookeeper_stats", 2);
		applyAll(tree, [create("/a", 1, Uint8Array.of(1, 2)), create("/zookeeper/quota/a", 1), limits, stats]);
		assert.equal(tree.maybeQuota("/a/b")?.stats.bytes, 2);
		applyAll(tree, [create("/a/e", 1, Uint8Array.of(3), true)]);
		assert.deepEqual(tree.maybeQuota("/a/b")?.stats, { count: 2, bytes: 3, countHardLimit: -1, byteHardLimit: -1 });
		applyAll(tree, [{ type: -11, paths: ["/a/e"] }]);
		assert.equal(tree.maybeQuota("/a")?.stats.count, 1);
		assert.equal(tree.node("/a/e"), undefined);
		assert.equal(tree.maybeQuota("/b"), undefined);
	});
});

describe("isValidPath", () => {
	it("follows the table", () => {
		const good = ["/", "/a", "/a/.b", "/a/b.", "/..x", "/...", "/\ud7ff", "/\uf900"];
		const bad = ["", "a", "/a/", "//", "/a//b", "/.", "/a/..", "/a/./b", "/\0", "/\u007f", "/😀", "/\ufff0", "/\ue000"];
		for (const path of good) assert.ok(isValidPath(path), path);
		for (const path of bad) assert.ok(!isValidPath(path), path);
	});
});
