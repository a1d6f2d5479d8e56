import { isAlias, isMap, isScalar, isSeq, type Node, type Scalar } from "yaml";

export type Path = readonly (string | number)[];

/** Where a value of a YAML text starts, and its key; offsets in characters. Plain data, so that it can be stored. */
export interface Spot {
	readonly key: number;
	readonly value: number;
	/** By key, or by index. */
	readonly children?: ReadonlyMap<string, Spot>;
}

/** @param targets what each alias stands for; no alias is inside of its own target */
export function spotsOf(root: Node | null, targets: ReadonlyMap<Node, Node>): Spot {
	const known = new Map<Node, ReadonlyMap<string, Spot>>();
	const spotOf = (key: Node | null, value: Node | null, parent: number): Spot => {
		const keyAt = key?.range?.[0] ?? parent;
		const valueAt = value?.range?.[0] ?? keyAt;
		const children = childrenOf(isAlias(value) ? (targets.get(value) ?? null) : value, valueAt);
		return { key: keyAt, value: valueAt, ...(children === undefined ? {} : { children }) };
	};
	const childrenOf = (node: Node | null, at: number): ReadonlyMap<string, Spot> | undefined => {
		if (node === null || isScalar(node)) return undefined;
		const found = known.get(node) ?? new Map(pairsOf(node).map(([name, key, value]) => [name, spotOf(key, value, at)]));
		known.set(node, found);
		return found;
	};
	return spotOf(null, root, 0);
}

function pairsOf(node: Node): readonly [name: string, key: Node, value: Node | null][] {
	if (isSeq(node)) return node.items.map((item, index) => [String(index), item as Node, item as Node]);
	if (!isMap(node)) return [];
	const named = node.items.filter(({ key }) => isScalar(key));
	return named.map(({ key, value }) => [String((key as Scalar).value), key as Scalar, value as Node | null]);
}

/** Of the value at a path, or of its last key; of the nearest parent for a path that does not exist. */
export function offsetAt(root: Spot, path: Path, ofKey: boolean): number {
	let spot = root;
	for (const [index, segment] of path.entries()) {
		const child = spot.children?.get(String(segment));
		if (child === undefined) return spot.value;
		if (ofKey && index === path.length - 1) return child.key;
		spot = child;
	}
	return spot.value;
}
