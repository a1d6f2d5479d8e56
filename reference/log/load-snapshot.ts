import { DataTree } from "../tree/data-tree.js";
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
	if (tree.maybeRestoreNode(node.path, node) === "orphan")
		throw new DamagedFileError(source.name, undefined, `${node.path} comes without its parent`);
}
