import { openAcl } from "../model/open-acl.js";
import type { Acl } from "../model/records.js";
import { zeroStat } from "./created-stat.js";
import type { NodeRecord } from "./data-node.js";
import { DataTree } from "./data-tree.js";
import { configPath } from "./path.js";

const readableByAll: readonly Acl[] = [{ perms: 1, id: { scheme: "world", id: "anyone" } }];

/** The tree of a server that has never written anything: the root and three built-in nodes. */
export function freshTree(): DataTree {
	const tree = new DataTree();
	tree.restoreNode("/zookeeper", builtIn(openAcl, 0));
	tree.restoreNode(configPath, builtIn(readableByAll, -1));
	tree.restoreNode("/zookeeper/quota", builtIn(openAcl, 0));
	return tree;
}

function builtIn(acl: readonly Acl[], aversion: number): NodeRecord {
	return { data: new Uint8Array(), acl, stat: { ...zeroStat(), aversion } };
}
