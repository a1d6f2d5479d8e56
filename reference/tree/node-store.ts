import { assert } from "../lib/assert.js";
import { DataHeap } from "./data-heap.js";
import { contentCrcOf, type DataNode, digestOf } from "./data-node.js";
import { DigestSum } from "./digest-sum.js";
import { NodeIndex } from "./node-index.js";
import { childPath, lastComponent, parentPath } from "./path.js";

const noNames: ReadonlySet<string> = new Set();

/**
 * The nodes by path, with all that is summed up over them. Knows nothing of transactions.
 *
 * 1. A node's parent is there and lists its name; the root is there as "" and as "/".
 * 2. `digests` is the sum of the digests of all nodes, which is 0 for those below /zookeeper/.
 * 3. A node's data and Stat change only between `remove` and `insert`, or are followed by `statChanged` or `setContent`.
 */
export class NodeStore {
	readonly digests = new DigestSum();
	readonly index = new NodeIndex();
	readonly heap = new DataHeap();
	readonly #nodes = new Map<string, DataNode>();
	#dataBytes = 0;

	/** The root twice. */
	get size(): number {
		return this.#nodes.size;
	}

	/** Lengths of all paths (in UTF-16 units) and data. */
	get dataBytes(): number {
		return this.#dataBytes;
	}

	node(path: string): DataNode | undefined {
		return this.#nodes.get(path);
	}

	mustNode(path: string): DataNode {
		const node = this.#nodes.get(path);
		assert(node !== undefined, `no node ${path}`);
		return node;
	}

	/**
	 * Descendants of a node, parents before children. Iterators and no copies: one node may have a million children, and a
	 * turn of the server must stay short. Nodes may come and go between two steps, see `DataTree.walk`.
	 */
	*below(top: string): Generator<readonly [path: string, node: DataNode]> {
		const stack = [{ path: top, names: namesOf(this.#nodes.get(top)) }];
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
			if (node.children !== null) stack.push({ path, names: namesOf(node) });
		}
	}

	/** Takes over the children of the root that it replaces. */
	setRoot(root: DataNode): void {
		const before = this.#nodes.get("");
		this.digests.subtract(before?.digest ?? 0);
		this.#dataBytes += root.dataBytes - (before?.dataBytes ?? 0);
		before?.setData(null);
		if (before === undefined) this.#dataBytes += "/".length;
		root.children = before?.children ?? null;
		this.#nodes.set("", root).set("/", root);
		this.digests.add(root.digest);
	}

	/** `parent` is that of `path`, and `name` its last component: whoever inserts has had to look at both. */
	insert(parent: DataNode, path: string, name: string, node: DataNode): void {
		assert(name !== "", "the root alone has no name");
		parent.children ??= new Set();
		parent.children.add(name);
		this.#nodes.set(path, node);
		this.index.add(path, node);
		this.digests.add(node.digest);
		this.#dataBytes += path.length + node.dataBytes;
	}

	remove(path: string, node: DataNode): void {
		this.mustNode(parentPath(path)).children?.delete(lastComponent(path));
		this.#nodes.delete(path);
		this.index.delete(path, node);
		this.digests.subtract(node.digest);
		this.#dataBytes -= path.length + node.dataBytes;
		node.setData(null);
	}

	setContent(path: string, node: DataNode, data: Uint8Array | null, contentCrc = contentCrcOf(path, data)): void {
		this.#dataBytes += dataBytesOf(data) - node.dataBytes;
		node.setData(data);
		node.contentCrc = contentCrc;
		this.statChanged(path, node);
	}

	statChanged(path: string, node: DataNode): void {
		this.digests.subtract(node.digest);
		node.digest = digestOf(path, node.contentCrc, node.stat);
		this.digests.add(node.digest);
	}
}

/** Null counts as nothing. */
export function dataBytesOf(data: Uint8Array | null): number {
	return data === null ? 0 : data.length;
}

function namesOf(node: DataNode | undefined): Iterator<string, undefined> {
	return (node?.children ?? noNames)[Symbol.iterator]();
}
