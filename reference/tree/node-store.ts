import { assert } from "../lib/assert.js";
import { DataHeap } from "./data-heap.js";
import { contentCrcOf, type DataNode, digestOf } from "./data-node.js";
import { DigestSum } from "./digest-sum.js";
import { NodeIndex } from "./node-index.js";
import { childPath, lastComponent, parentPath } from "./path.js";

const noChildren: ReadonlyMap<string, DataNode> = new Map();

/**
 * The nodes by path, with all that is summed up over them. Knows nothing of transactions.
 *
 * 1. A node's parent is there and has it as a child; the root is there as "" and as "/".
 * 2. `digests` is the sum of the digests of all nodes, which is 0 for those below /zookeeper/.
 * 3. A node's data and Stat change only between `remove` and `insert`, or are followed by `statChanged` or `setContent`.
 * 4. `#found` has nothing that is not in the tree.
 */
export class NodeStore {
	readonly digests = new DigestSum();
	readonly index = new NodeIndex();
	readonly heap = new DataHeap();
	/** Those that were looked for by their path: of a million nodes most never are, and a path costs more than its node. */
	readonly #found = new Map<string, DataNode>();
	#size = 0;
	#dataBytes = 0;

	/** The root twice. */
	get size(): number {
		return this.#size;
	}

	/** Lengths of all paths (in UTF-16 units) and data. */
	get dataBytes(): number {
		return this.#dataBytes;
	}

	node(path: string): DataNode | undefined {
		return this.#found.get(path) ?? this.#maybeFind(path);
	}

	mustNode(path: string): DataNode {
		const node = this.node(path);
		assert(node !== undefined, `no node ${path}`);
		return node;
	}

	/**
	 * Descendants of a node, parents before children. Iterators and no copies: one node may have a million children, and a
	 * turn of the server must stay short. Nodes may come and go between two steps, see `DataTree.walk`.
	 */
	*below(top: string): Generator<readonly [path: string, node: DataNode]> {
		const stack = [{ path: top, children: childrenOf(this.node(top)) }];
		for (let last = stack.at(-1); last !== undefined; last = stack.at(-1)) {
			const { value, done } = last.children.next();
			if (done === true) {
				stack.pop();
				continue;
			}
			const [name, node] = value;
			const path = childPath(last.path, name);
			yield [path, node];
			if (node.children !== null) stack.push({ path, children: childrenOf(node) });
		}
	}

	/** Takes over the children of the root that it replaces. */
	setRoot(root: DataNode): void {
		const before = this.#found.get("");
		this.digests.subtract(before?.digest ?? 0);
		this.#dataBytes += root.dataBytes - (before?.dataBytes ?? 0);
		before?.setData(null);
		if (before === undefined) {
			this.#dataBytes += "/".length;
			this.#size = 2;
		}
		root.children = before?.children ?? null;
		this.#found.set("", root);
		this.digests.add(root.digest);
	}

	/** `parent` is that of `path`, and `name` its last component: whoever inserts has had to look at both. */
	insert(parent: DataNode, path: string, name: string, node: DataNode): void {
		assert(name !== "", "the root alone has no name");
		parent.children ??= new Map();
		parent.children.set(name, node);
		this.#size++;
		this.index.add(path, node);
		this.digests.add(node.digest);
		this.#dataBytes += path.length + node.dataBytes;
	}

	/**
	 * What is below goes with it. A server deletes no node that has children, but a replay may meet one: in (delete /a, create
	 * /a, create /a/x) over a snapshot that was taken meanwhile and has both. What follows brings back all that belongs there.
	 */
	remove(path: string, node: DataNode): void {
		if (node.children !== null) for (const [each, child] of this.below(path)) this.#forget(each, child);
		this.mustNode(parentPath(path)).children?.delete(lastComponent(path));
		this.#forget(path, node);
	}

	#forget(path: string, node: DataNode): void {
		this.#found.delete(path);
		this.#size--;
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

	#maybeFind(path: string): DataNode | undefined {
		if (path === "/") return this.#found.get("");
		if (!path.startsWith("/")) return undefined;
		const parent = this.#found.get(parentPath(path)) ?? this.#maybeWalk(parentPath(path));
		const node = parent?.children?.get(lastComponent(path));
		if (node !== undefined) this.#found.set(path, node);
		return node;
	}

	/** From the root down, and no further than there are nodes: a path may have half a million components. */
	#maybeWalk(path: string): DataNode | undefined {
		let node = this.#found.get("");
		for (let start = 1; start <= path.length; ) {
			const slash = path.indexOf("/", start);
			const end = slash === -1 ? path.length : slash;
			node = node?.children?.get(path.slice(start, end));
			if (node === undefined) return undefined;
			start = end + 1;
		}
		return node;
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

function childrenOf(node: DataNode | undefined): Iterator<[string, DataNode], undefined> {
	return (node?.children ?? noChildren).entries();
}
