import { assert } from "../lib/assert.js";
import type { DataNode } from "../tree/data-node.js";
import type { DataTree } from "../tree/data-tree.js";
import type { TreeHistory } from "./tree-history.js";
import { mustHold } from "./violation.js";
import type { World } from "./world.js";

/** At the end every server holds the same, node for node, and it is what the committed sequence says. */
export function compareMembers({ members, truth }: World): void {
	const first = members[0]?.state?.tree;
	assert(first !== undefined, "everybody serves at the end");
	compareWithHistory(first, truth.history);
	for (const member of members.slice(1)) {
		const tree = member.state?.tree as DataTree;
		const mine = [...tree.walk()].filter(([path]) => isShared(path));
		const its = [...first.walk()].filter(([path]) => isShared(path));
		mustHold(mine.length === its.length, "every server has the same tree", () => {
			return `server ${member.place} has ${mine.length} nodes, server 1 has ${its.length}`;
		});
		for (const [path, node] of mine) {
			const other = first.node(path);
			mustHold(other !== undefined && describe(node) === describe(other), "every server has the same tree", () => {
				return `${path}: server ${member.place} has ${describe(node)}, server 1 has ${other ? describe(other) : "none"}`;
			});
		}
	}
}

function compareWithHistory(tree: DataTree, history: TreeHistory): void {
	let count = 0;
	for (const [path, right] of history.now()) {
		count++;
		const node = tree.node(path);
		const isSame = node !== undefined && node.stat.mzxid === right.zxid && node.stat.version === right.version;
		mustHold(
			isSame,
			"the tree is what was committed",
			() => `${path} is ${node ? describe(node) : "missing"} on server 1`,
		);
	}
	const found = [...tree.walk()].filter(([path]) => isShared(path) && path !== "" && path !== "/");
	mustHold(found.length === count, "the tree is what was committed", () => {
		return `server 1 has ${found.map(([path]) => path).join(" ")}; committed are ${[...history.now()].map(([path]) => path).join(" ")}`;
	});
}

/** What lies below /zookeeper is each server's own. */
function isShared(path: string): boolean {
	return !path.startsWith("/zookeeper");
}

function describe({ data, acl, stat }: DataNode): string {
	const numbers = [
		stat.czxid,
		stat.mzxid,
		stat.pzxid,
		stat.ctimeMs,
		stat.mtimeMs,
		stat.version,
		stat.cversion,
		stat.aversion,
	];
	return `${numbers.join()} ${stat.ephemeralOwner} ${acl.map(({ perms, id }) => `${perms}${id.scheme}:${id.id}`).join()} ${data?.join("")}`;
}
