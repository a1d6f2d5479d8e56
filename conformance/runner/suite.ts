import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { type Clause, type GuaranteeFile, readGuarantees } from "../../spec/load/guarantee.js";
import { packageRoot } from "../../spec/load/package-root.js";
import { loadWireSpec } from "../../spec/load/wire.js";
import type { WireSpec } from "../../spec/load/wire-spec.js";
import { parseScenarios } from "../scenario/parse-scenario.js";
import type { Scenario } from "../scenario/step.js";
import { vocabularyOf } from "../scenario/vocabulary.js";
import { UsageError } from "./exit-code.js";

/** A family of promises with all its clauses, whichever files they stand in. */
export interface Guarantee {
	readonly id: string;
	readonly title: string;
	readonly clauses: readonly Clause[];
}

/** Everything that the spec demands, checked and ready to run. */
export interface Suite {
	readonly wire: WireSpec;
	readonly guarantees: readonly Guarantee[];
	readonly clauses: ReadonlyMap<string, Clause>;
	readonly scenarios: readonly Scenario[];
	/** Operations that the extra files define. */
	readonly extraOperations: readonly string[];
}

/**
 * Loads the project's spec and the user's additions: files, or folders that are searched for *.yaml.
 * @throws SpecError for a wrong file, UsageError for one that does not exist
 */
export function loadSuite(additions: readonly string[]): Suite {
	const extra = additions.flatMap(yamlFilesUnder);
	const extraWire = extra.filter((file) => kindOf(file) === "wire");
	const wire = loadWireSpec(extraWire);
	const own = yamlFilesUnder(path.join(packageRoot, "spec", "guarantees"));
	const known = new Set(["wire", "profile"]);
	const files = readGuarantees([...own, ...extra.filter((file) => !known.has(kindOf(file)))]);
	const vocabulary = vocabularyOf(wire);
	return {
		wire,
		guarantees: guaranteesOf(files),
		clauses: new Map(files.flatMap(({ clauses }) => clauses.map((clause) => [clause.id, clause]))),
		scenarios: files.flatMap((file) => parseScenarios(file, vocabulary)),
		extraOperations: [...wire.operations.keys()].filter((name) =>
			extraWire.includes(wire.places.get(`operations.${name}`)?.file ?? ""),
		),
	};
}

/** The clauses of the project's own spec, without their scenarios. */
export function loadClauses(): ReadonlyMap<string, Clause> {
	const files = readGuarantees(yamlFilesUnder(path.join(packageRoot, "spec", "guarantees")));
	return new Map(files.flatMap(({ clauses }) => clauses.map((clause) => [clause.id, clause])));
}

function yamlFilesUnder(place: string): readonly string[] {
	if (!existsSync(place)) throw new UsageError(`--spec ${place}: there is no such file or folder`);
	if (!statSync(place).isDirectory()) return [place];
	const names = readdirSync(place, { recursive: true, encoding: "utf8" });
	const found = names.filter((name) => /\.ya?ml$/.test(name)).sort();
	if (found.length === 0) throw new UsageError(`--spec ${place}: there is no .yaml file in this folder`);
	return found.map((name) => path.join(place, name));
}

/** The kind that a file says it is; a file that says nothing is taken for a guarantee file, whose reader explains. */
function kindOf(file: string): string {
	return /^zkspec:\s*([a-z]+)\//m.exec(readFileSync(file, "utf8"))?.[1] ?? "guarantee";
}

function guaranteesOf(files: readonly GuaranteeFile[]): readonly Guarantee[] {
	const byId = new Map<string, { id: string; title: string; clauses: Clause[] }>();
	for (const { guarantee, title, clauses } of files) {
		const known = byId.get(guarantee);
		if (known === undefined) byId.set(guarantee, { id: guarantee, title, clauses: [...clauses] });
		else known.clauses.push(...clauses);
	}
	return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
