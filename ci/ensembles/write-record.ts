/** What one write asks for: a new node, new data of the key, the end of an earlier node, or what has to be refused. */
export type WriteKind = "create" | "set" | "remove" | "refused";

export type Outcome =
	/** The connection broke first: it may have happened or not. */
	{ readonly type: "doubt" } | { readonly type: "answered"; readonly err: string; readonly zxid: bigint };

/** One request of a writer; a writer's requests are numbered through. */
export interface Write {
	readonly index: number;
	readonly kind: WriteKind;
	/** The index of the create whose node it is about; its own index otherwise. */
	readonly node: number;
	/** Which of the session's connections it was sent on. */
	readonly connection: number;
	outcome: Outcome | undefined;
}

/** What a writer's subtree has to hold before some writes. */
export interface Known {
	/** Index of the create -> its zxid, or undefined where nobody was told. */
	readonly nodes: ReadonlyMap<number, bigint | undefined>;
	readonly key: KnownKey;
}

export interface KnownKey {
	readonly version: number;
	/** Index of the write that set it, -1 for none. */
	readonly value: number;
}

/** What a server holds of a writer's subtree. */
export interface Found {
	/** Index of the create -> its data (its index again) and czxid. */
	readonly nodes: ReadonlyMap<number, { readonly data: string; readonly czxid: bigint }>;
	readonly key: { readonly version: number; readonly data: string; readonly mzxid: bigint };
}

export const nothingKnown: Known = { nodes: new Map(), key: { version: 0, value: -1 } };

/** The kinds in turn; a node lives for some rounds. */
export function plannedWrite(index: number, connection: number): Write {
	const kind = (["create", "set", "remove", "refused"] as const)[index % 4] ?? "create";
	const node = kind === "remove" ? index - 2 - 4 * lifeRounds : index;
	// There is nothing to remove yet: it is a set then.
	if (node < 0) return { index, kind: "set", node: index, connection, outcome: undefined };
	return { index, kind, node, connection, outcome: undefined };
}

const lifeRounds = 25;
