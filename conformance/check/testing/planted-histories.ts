import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { packageRoot } from "../../../spec/load/package-root.js";
import type { Story } from "./story.js";

/** A history made by hand, and what a checker has to say of it. */
export interface PlantedHistory {
	readonly file: string;
	/** Says in words what happens. */
	readonly name: string;
	readonly outcome: "ok" | "violated" | "unknown";
	/** Exactly these are broken, as found by exactly these rules. */
	readonly clauses: readonly string[];
	readonly rules: readonly string[];
	readonly story: Story;
}

/** One entry of a file: `ok` (the default), `unknown`, or `broken: clause` (several with commas) `by: rule`. */
interface Entry {
	readonly unknown?: boolean;
	readonly broken?: string;
	readonly by?: string;
	readonly story: string;
	readonly workload?: Story["rules"];
	readonly facts?: Story["facts"];
	readonly cut?: boolean;
}

const folder = path.join(packageRoot, "conformance", "check", "testing", "histories");

export function plantedHistories(): PlantedHistory[] {
	return readdirSync(folder)
		.toSorted()
		.flatMap((file) => {
			const entries = parse(readFileSync(path.join(folder, file), "utf8")) as Record<string, Entry>;
			return Object.entries(entries).map(([name, entry]) => planted(file, name, entry));
		});
}

function planted(file: string, name: string, entry: Entry): PlantedHistory {
	const { story, workload = [], facts = {}, cut = false } = entry;
	const clauses = namesOf(entry.broken);
	const outcome = clauses.length > 0 ? "violated" : entry.unknown === true ? "unknown" : "ok";
	return { file, name, outcome, clauses, rules: namesOf(entry.by), story: { story, rules: workload, facts, cut } };
}

function namesOf(list: string | undefined): string[] {
	return list === undefined ? [] : list.split(",").map((name) => name.trim());
}
