import { Queue } from "../lib/queue.js";
import type { Zxid } from "../model/ids.js";
import type { Acl, StatPersisted } from "../model/records.js";
import type { DataTree } from "../tree/data-tree.js";
import { DigestSum } from "../tree/digest-sum.js";
import type { NodeKind } from "../tree/owner.js";

/** A node as it will be once everything decided so far has been applied. */
export interface FutureNode {
	readonly stat: Readonly<StatPersisted>;
	readonly kind: NodeKind;
	readonly acl: readonly Acl[];
	readonly childCount: number;
	readonly dataBytes: number;
	readonly contentCrc: number;
	readonly digest: number;
}

interface Entry {
	readonly zxid: Zxid;
	/** Null: deleted. */
	readonly node: FutureNode | null;
	/** A later change of the same node has taken its place. */
	replaced: boolean;
}

/**
 * What has been decided and not yet applied, on top of the tree. A multi is tried out in a layer of its own, which is
 * kept or dropped as a whole.
 */
export class PendingChanges {
	readonly #tree: DataTree;
	readonly #entries = new Map<string, Entry>();
	readonly #touched = new Queue<{ readonly path: string; readonly entry: Entry }>();
	readonly #digests = new DigestSum();
	readonly #digestsBefore = new DigestSum();
	/** Paths of `#entries` that are ephemerals, by owner: ten thousand sessions may end in one turn. */
	readonly #ephemerals = new Map<bigint, Set<string>>();
	#layer: Map<string, Entry> | null = null;

	constructor(tree: DataTree) {
		this.#tree = tree;
		tree.copyDigests(this.#digests);
	}

	/** Of the tree after everything decided so far. */
	get digest(): bigint {
		return this.#digests.value;
	}

	/** Paths with changes not yet applied. */
	get size(): number {
		return this.#entries.size;
	}

	maybeNode(path: string): FutureNode | undefined {
		const key = keyOf(path);
		const entry = this.#layer?.get(key) ?? this.#entries.get(key);
		if (entry !== undefined) return entry.node ?? undefined;
		return this.#maybeFromTree(key);
	}

	/** Notes how a node will be after this zxid; null when it will be gone. `before`: as `maybeNode` has given it. */
	set(zxid: Zxid, path: string, node: FutureNode | null, before = this.maybeNode(path)): void {
		this.#digests.subtract(before?.digest ?? 0);
		this.#digests.add(node?.digest ?? 0);
		const entry = { zxid, node, replaced: false };
		if (this.#layer === null) this.#keep(keyOf(path), entry);
		else this.#layer.set(keyOf(path), entry);
	}

	begin(): void {
		this.#layer = new Map();
		this.#digestsBefore.set(this.#digests);
	}

	keep(): void {
		for (const [path, entry] of this.#layer ?? []) this.#keep(path, entry);
		this.#layer = null;
	}

	drop(): void {
		this.#layer = null;
		this.#digests.set(this.#digestsBefore);
	}

	/** The ephemerals that a session will own, those of the tree and those on their way. */
	ephemerals(owner: bigint): string[] {
		const paths = new Set(this.#tree.index.ephemerals(owner));
		for (const path of paths) if (this.#isDecidedOtherwise(path, owner)) paths.delete(path);
		for (const path of this.#ephemerals.get(owner) ?? []) paths.add(path);
		return [...paths];
	}

	#isDecidedOtherwise(path: string, owner: bigint): boolean {
		const entry = this.#entries.get(path);
		return entry !== undefined && maybeOwner(entry) !== owner;
	}

	/** Forgets what the tree itself knows now. */
	applied(zxid: Zxid): void {
		for (let head = this.#touched.peek(); head !== undefined; head = this.#touched.peek()) {
			const { path, entry } = head;
			if (entry.zxid > zxid) return;
			if (!entry.replaced) this.#forget(path, entry);
			this.#touched.shift();
		}
	}

	#keep(path: string, entry: Entry): void {
		const before = this.#entries.get(path);
		if (before !== undefined) this.#replace(path, before);
		this.#entries.set(path, entry);
		this.#touched.push({ path, entry });
		const owner = maybeOwner(entry);
		if (owner !== undefined) this.#noteEphemeral(path, owner);
	}

	#replace(path: string, entry: Entry): void {
		entry.replaced = true;
		this.#forgetOwner(path, entry);
	}

	#forget(path: string, entry: Entry): void {
		this.#entries.delete(path);
		this.#forgetOwner(path, entry);
	}

	#forgetOwner(path: string, entry: Entry): void {
		const owner = maybeOwner(entry);
		if (owner === undefined) return;
		const paths = this.#ephemerals.get(owner);
		paths?.delete(path);
		if (paths?.size === 0) this.#ephemerals.delete(owner);
	}

	#noteEphemeral(path: string, owner: bigint): void {
		const paths = this.#ephemerals.get(owner);
		if (paths === undefined) this.#ephemerals.set(owner, new Set([path]));
		else paths.add(path);
	}

	#maybeFromTree(path: string): FutureNode | undefined {
		const node = this.#tree.node(path);
		if (node === undefined) return undefined;
		const { stat, kind, acl, contentCrc, digest, dataBytes } = node;
		return { stat, kind, acl, childCount: node.children?.size ?? 0, dataBytes, contentCrc, digest };
	}
}

function maybeOwner({ node }: Entry): bigint | undefined {
	return node?.kind === "ephemeral" ? node.stat.ephemeralOwner : undefined;
}

/** The root has two names; only one of them is a key here. */
function keyOf(path: string): string {
	return path === "/" ? "" : path;
}
