import { DataTree } from "../tree/data-tree.js";
import { parentPath } from "../tree/path.js";
import type { ByteSource } from "./byte-source.js";
import { DamagedFileError } from "./damaged-file.js";
import { readSnapshot, type SnapshotFacts } from "./snapshot-reader.js";
import type { SnapshotNode } from "./snapshot-writer.js";

/**
 * A tree with the nodes of a snapshot.
 * @throws DamagedFileError
 */
export function loadSnapshot(source: ByteSource): { readonly tree: DataTree; readonly facts: SnapshotFacts } {
	const tree = new DataTree();
	const facts = readSnapshot(source, (node) => restoreNode(source, tree, node));
	return { tree, facts };
}

function restoreNode(source: ByteSource, tree: DataTree, node: SnapshotNode): void {
	const isRoot = node.path === "";
	if (!isRoot && (!node.path.startsWith("/") || tree.node(parentPath(node.path)) === undefined))
		throw new DamagedFileError(source.name, undefined, `${node.path} comes without its parent`);
	tree.restoreNode(node.path, node);
}
