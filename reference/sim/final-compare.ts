import { assert } from "../lib/assert.js";
import { decodeUtf8 } from "../lib/utf8.js";
import type { DataNode } from "../tree/data-node.js";
import type { DataTree } from "../tree/data-tree.js";
import { configPath } from "../tree/path.js";
import type { SimMember } from "./sim-member.js";
import type { TreeHistory } from "./tree-history.js";
import { mustHold } from "./violation.js";
import type { World } from "./world.js";

/** At the end every server holds the same, node for node, and it is what the committed sequence says. */
export function compareMembers({ seated, truth, electorate }: World): void {
	const first = seated[0]?.state?.tree;
	assert(first !== undefined, "everybody serves at the end");
	compareWithHistory(first, truth.history);
	for (const member of seated) compareConfig(member, electorate.lastText);
	for (const member of seated.slice(1)) {
		const tree = member.state?.tree as DataTree;
		const mine = [...tree.walk()].filter(([path]) => isShared(path));
		const its = [...first.walk()].filter(([path]) => isShared(path));
		mustHold(mine.length === its.length, "every server has the same tree", () => {
			return `server ${member.place} has ${mine.length} nodes, server ${seated[0]?.place} has ${its.length}`;
		});
		for (const [path, node] of mine) {
			const other = first.node(path);
			mustHold(other !== undefined && describe(node) === describe(other), "every server has the same tree", () => {
				return `${path}: server ${member.place} has ${describe(node)}, server 1 has ${other ? describe(other) : "none"}`;
			});
		}
	}
}

function compareConfig({ place, state }: SimMember, text: string | undefined): void {
	const shown = decodeUtf8(state?.tree.node(configPath)?.data ?? new Uint8Array());
	mustHold(text === undefined || shown === text, "every server shows the configuration in force", () => {
		return `server ${place} shows ${shown}; committed is ${text}`;
	});
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
