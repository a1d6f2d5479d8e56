import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Clause } from "../../../spec/load/guarantee.js";
import { packageRoot } from "../../../spec/load/package-root.js";
import { loadWireSpec } from "../../../spec/load/wire.js";
import { readYamlFile } from "../../../spec/load/yaml-file.js";
import { Codec } from "../../client/codec.js";
import type { ErrorNames } from "../../explain/words.js";

/** What a clause promises. */
export type Promised = Pick<Clause, "level" | "text">;

/** What words need of the spec. */
export interface SpecWords {
	/** Undefined for a clause that the spec does not know. */
	clauseOf(id: string): Promised | undefined;
	readonly nameOf: ErrorNames;
}

/** Reads of the spec only what is asked for: all of it takes longer than judging a million operations. */
export function specWords(): SpecWords {
	const clauses = new Map<string, Promised | undefined>();
	let codec: Codec | undefined;
	const nameOf = (err: number): string => {
		codec ??= new Codec(loadWireSpec());
		return codec.errorName(err);
	};
	const clauseOf = (id: string): Promised | undefined => {
		if (!clauses.has(id)) clauses.set(id, findClause(id));
		return clauses.get(id);
	};
	return { clauseOf, nameOf };
}

function findClause(id: string): Promised | undefined {
	const folder = path.join(packageRoot, "spec", "guarantees");
	const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
		.filter((name) => name.endsWith(".yaml"))
		.map((name) => path.join(folder, name));
	const file = files.find((candidate) => readFileSync(candidate, "utf8").includes(`\n  ${id}:`));
	if (file === undefined) return undefined;
	const { clauses } = readYamlFile(file, "guarantee").value as { readonly clauses?: Record<string, Promised> };
	return clauses?.[id];
}
