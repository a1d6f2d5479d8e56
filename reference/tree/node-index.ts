import type { DataNode } from "./data-node.js";

const none: ReadonlySet<string> = new Set();

/** Where the nodes are that do not stay for ever. */
export class NodeIndex {
	readonly #containers = new Set<string>();
	readonly #ttls = new Set<string>();
	readonly #ephemerals = new Map<bigint, Set<string>>();
	#ephemeralCount = 0;

	get containers(): ReadonlySet<string> {
		return this.#containers;
	}

	get ttls(): ReadonlySet<string> {
		return this.#ttls;
	}

	get ephemeralCount(): number {
		return this.#ephemeralCount;
	}

	/** Sessions that own ephemerals. */
	get sessions(): Iterable<bigint> {
		return this.#ephemerals.keys();
	}

	ephemerals(owner: bigint): ReadonlySet<string> {
		return this.#ephemerals.get(owner) ?? none;
	}

	add(path: string, node: DataNode): void {
		if (node.kind === "container") this.#containers.add(path);
		if (node.kind === "ttl") this.#ttls.add(path);
		if (node.kind === "ephemeral") this.#addEphemeral(path, node.stat.ephemeralOwner);
	}

	delete(path: string, node: DataNode): void {
		if (node.kind === "container") this.#containers.delete(path);
		if (node.kind === "ttl") this.#ttls.delete(path);
		if (node.kind === "ephemeral") this.#deleteEphemeral(path, node.stat.ephemeralOwner);
	}

	#addEphemeral(path: string, owner: bigint): void {
		this.#ephemeralCount++;
		const paths = this.#ephemerals.get(owner);
		if (paths === undefined) this.#ephemerals.set(owner, new Set([path]));
		else paths.add(path);
	}

	#deleteEphemeral(path: string, owner: bigint): void {
		this.#ephemeralCount--;
		const paths = this.#ephemerals.get(owner);
		paths?.delete(path);
		if (paths?.size === 0) this.#ephemerals.delete(owner);
	}
}
