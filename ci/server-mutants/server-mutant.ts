import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { type Mutant, readMutants } from "../mutants/mutant.js";

/** A faulty server that the conformance suite has to see through. */
export interface ServerMutant extends Mutant {
	/** What it breaks: each of these clauses has to be named. */
	readonly clauses: readonly string[];
	/** 1 is a standalone server. */
	readonly servers: number;
	/** The simulated workload that has to find it; undefined: the scenarios of its clauses have to. */
	readonly workload: string | undefined;
	/** Whether its scenarios run on simulated ensembles: the same each time, whatever else the machine does. */
	readonly simulated: boolean;
	/** What the suite can not probe of it, as `--fact` has it. */
	readonly facts: readonly string[];
}

type Written = Mutant & Pick<ServerMutant, "clauses"> & Partial<ServerMutant>;

/** All mutants of a folder of YAML files, in the order of the files' names. */
export function readServerMutants(folder: string): readonly ServerMutant[] {
	const files = readdirSync(folder).sort();
	const written = files.flatMap((name) => readMutants(path.join(folder, name)) as readonly Written[]);
	return written.map((mutant) => ({ servers: 1, workload: undefined, simulated: false, facts: [], ...mutant }));
}

/** Clauses that no mutant breaks yet, and why. */
export interface Debt {
	/** A clause, or the beginning of several followed by `*`. */
	readonly clause: string;
	readonly reason: string;
}

export function readDebts(file: string): readonly Debt[] {
	return (parse(readFileSync(file, "utf8")) as Debt[] | null) ?? [];
}

export function isOwed({ clause }: Debt, id: string): boolean {
	return clause.endsWith("*") ? id.startsWith(clause.slice(0, -1)) : id === clause;
}
