/** One node of a small tree; what it was before its last setData is kept for who wants to show it. */
export interface SmallNode {
	data: Uint8Array;
	version: number;
	cversion: number;
	readonly czxid: number;
	mzxid: number;
	pzxid: number;
	readonly children: Set<string>;
	older: Pick<SmallNode, "data" | "version" | "mzxid"> | undefined;
}

/** Result codes of the protocol. */
export const SmallError = { noNode: -101, nodeExists: -110, notEmpty: -111 } as const;

/** As much of ZooKeeper's tree as a load needs; every change takes its zxid from outside and says 0 or why not. */
export class SmallTree {
	readonly #nodes = new Map<string, SmallNode>([["/", makeNode(new Uint8Array(), 0)]]);

	maybeNode(path: string): SmallNode | undefined {
		return this.#nodes.get(path);
	}

	create(path: string, data: Uint8Array, zxid: number): number {
		const parent = this.#nodes.get(parentOf(path));
		if (parent === undefined) return SmallError.noNode;
		if (this.#nodes.has(path)) return SmallError.nodeExists;
		this.#nodes.set(path, makeNode(Uint8Array.from(data), zxid));
		parent.children.add(nameOf(path));
		parent.cversion++;
		parent.pzxid = zxid;
		return 0;
	}

	delete(path: string, zxid: number): number {
		const node = this.#nodes.get(path);
		if (node === undefined) return SmallError.noNode;
		if (node.children.size > 0) return SmallError.notEmpty;
		this.#nodes.delete(path);
		const parent = this.#nodes.get(parentOf(path));
		parent?.children.delete(nameOf(path));
		if (parent !== undefined) parent.pzxid = zxid;
		return 0;
	}

	setData(path: string, data: Uint8Array, zxid: number): number {
		const node = this.#nodes.get(path);
		if (node === undefined) return SmallError.noNode;
		node.older = { data: node.data, version: node.version, mzxid: node.mzxid };
		node.data = Uint8Array.from(data);
		node.version++;
		node.mzxid = zxid;
		return 0;
	}
}

function makeNode(data: Uint8Array, zxid: number): SmallNode {
	const counts = { version: 0, cversion: 0, czxid: zxid, mzxid: zxid, pzxid: zxid };
	return { data, ...counts, children: new Set(), older: undefined };
}

function parentOf(path: string): string {
	return path.slice(0, Math.max(1, path.lastIndexOf("/")));
}

function nameOf(path: string): string {
	return path.slice(path.lastIndexOf("/") + 1);
}
