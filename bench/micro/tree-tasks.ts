import { openAcl } from "../../reference/model/open-acl.js";
import type { Txn } from "../../reference/model/txns.js";
import { freshTree } from "../../reference/tree/fresh-tree.js";
import { data, expectEqual, operations, repeat, type Task } from "./task.js";
import { txnHeader } from "./txn-header.js";

export function treeTasks(): Task[] {
	return [setData(), createAndDelete()];
}

/** A node's Stat and all that there is. */
function describe(tree: ReturnType<typeof freshTree>, path: string): string {
	return [...Object.values(tree.mustNode(path).stat), tree.nodeCount, tree.lastZxid, tree.digest].join(" ");
}

function createTxn(path: string, parentCversion: number): Txn {
	return { type: 1, path, data, acl: openAcl, ephemeral: false, parentCversion };
}

function setData(): Task {
	const tree = freshTree();
	tree.apply(txnHeader(1, 1), createTxn("/node", 1));
	let version = 0;
	return {
		name: "apply a setData of 1 KiB to the tree",
		operations,
		run: () =>
			repeat(() => {
				version++;
				tree.apply(txnHeader(5, version + 1), { type: 5, path: "/node", data, version });
			}),
		check: () =>
			expectEqual("version", tree.mustNode("/node").stat.version, version) ??
			expectEqual("last zxid", tree.lastZxid, version + 1),
		made: () => describe(tree, "/node"),
	};
}

function createAndDelete(): Task {
	const tree = freshTree();
	const nodesBefore = tree.nodeCount;
	const cversion = tree.mustNode("/").stat.cversion;
	let done = 0;
	const pair = () => {
		done++;
		const path = `/node-${done}`;
		tree.apply(txnHeader(1, 2 * done), createTxn(path, cversion + done));
		tree.apply(txnHeader(2, 2 * done + 1), { type: 2, path });
	};
	return {
		name: "apply a create and a delete to the tree",
		operations,
		run: () => repeat(pair),
		check: () =>
			expectEqual("nodes left", tree.nodeCount, nodesBefore) ??
			expectEqual("children ever created", tree.mustNode("/").stat.cversion, cversion + done),
		made: () => describe(tree, "/"),
	};
}
