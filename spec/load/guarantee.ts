import { didYouMean } from "./nearest.js";
import { type Place, SpecError } from "./spec-error.js";
import { readYamlFile, type YamlFile } from "./yaml-file.js";

export type Level = "must" | "should" | "observed";

/** One promise, in one sentence, with where it is written and since which version. */
export interface Clause {
	readonly id: string;
	readonly guarantee: string;
	readonly level: Level;
	readonly text: string;
	readonly cite: string;
	readonly since: string;
	readonly before: string | undefined;
	/** Rules over histories that find it broken; without a scenario, only they can. */
	readonly rules: readonly string[];
	readonly where: Place;
}

/** One file of a family; its scenarios are still YAML, because their operations come from the wire spec. */
export interface GuaranteeFile {
	readonly guarantee: string;
	readonly title: string;
	readonly clauses: readonly Clause[];
	readonly scenarioIds: readonly string[];
	/** Ids of the clauses that its scenarios name. */
	readonly covered: readonly string[];
	readonly yaml: YamlFile;
}

type RawClause = Omit<Clause, "id" | "guarantee" | "where" | "rules"> & Partial<Pick<Clause, "rules">>;

interface RawFile {
	readonly guarantee: string;
	readonly title: string;
	readonly clauses?: Readonly<Record<string, RawClause>>;
	readonly scenarios?: Readonly<Record<string, { readonly covers: readonly string[] }>>;
}

/**
 * Reads files of kind `guarantee`, in the order given.
 * @throws SpecError for a wrong file, an id used twice, a scenario that covers a clause that does not exist
 */
export function readGuarantees(files: readonly string[]): GuaranteeFile[] {
	const all = files.map(readGuarantee);
	checkUnique(all);
	checkCovers(all);
	return all;
}

function readGuarantee(file: string): GuaranteeFile {
	const yaml = readYamlFile(file, "guarantee");
	const raw = yaml.value as RawFile;
	const clauses = Object.entries(raw.clauses ?? {}).map(([id, clause]) => ({
		...clause,
		id,
		guarantee: raw.guarantee,
		before: clause.before,
		rules: clause.rules ?? [],
		where: yaml.atKey(["clauses", id]),
	}));
	const scenarios = Object.entries(raw.scenarios ?? {});
	return {
		guarantee: raw.guarantee,
		title: raw.title,
		clauses,
		scenarioIds: scenarios.map(([id]) => id),
		covered: scenarios.flatMap(([, { covers }]) => covers),
		yaml,
	};
}

function checkUnique(files: readonly GuaranteeFile[]): void {
	const seen = new Map<string, Place>();
	const claim = (id: string, what: string, where: Place): void => {
		const first = seen.get(`${what} ${id}`);
		if (first) throw new SpecError(where, `${what} "${id}" is already in ${first.file}:${first.line}`);
		seen.set(`${what} ${id}`, where);
	};
	for (const { yaml, clauses, scenarioIds } of files) {
		for (const clause of clauses) claim(clause.id, "clause", clause.where);
		for (const id of scenarioIds) claim(id, "scenario", yaml.atKey(["scenarios", id]));
	}
}

function checkCovers(files: readonly GuaranteeFile[]): void {
	const ids = new Set(files.flatMap(({ clauses }) => clauses.map(({ id }) => id)));
	for (const { yaml } of files) {
		for (const [id, { covers }] of Object.entries((yaml.value as RawFile).scenarios ?? {})) {
			for (const [i, clause] of covers.entries()) {
				if (ids.has(clause)) continue;
				const hint = didYouMean(clause, ids) || "; no file defines it";
				throw new SpecError(yaml.at(["scenarios", id, "covers", i]), `unknown clause "${clause}"${hint}`);
			}
		}
	}
}
