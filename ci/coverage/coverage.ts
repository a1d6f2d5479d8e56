import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** One line of the checklist: the clauses that state it, or why nothing outside the server can show it. */
export type LineEntry = readonly string[] | { readonly unseen: string };

export interface Coverage {
	/** Lines with a clause that a scenario or a rule shows. */
	readonly proved: readonly string[];
	readonly unseen: readonly { readonly line: string; readonly reason: string }[];
	/** `line: what is wrong with its entry`. */
	readonly missing: readonly string[];
}

/** Reads the mapping of checklist lines to clauses. */
export function readLines(file: string): ReadonlyMap<string, LineEntry> {
	const { lines } = parse(readFileSync(file, "utf8")) as { lines: Record<string, LineEntry> };
	return new Map(Object.entries(lines));
}

/** Sorts every line: `clauses` are all that the spec defines, `covered` those that a scenario or a rule names. */
export function coverageOf(
	lines: ReadonlyMap<string, LineEntry>,
	clauses: ReadonlySet<string>,
	covered: ReadonlySet<string>,
): Coverage {
	const proved: string[] = [];
	const unseen: { line: string; reason: string }[] = [];
	const missing: string[] = [];
	for (const [line, entry] of lines) {
		if ("unseen" in entry) unseen.push({ line, reason: entry.unseen });
		else {
			const problem = problemOf(entry as readonly string[], clauses, covered);
			if (problem === undefined) proved.push(line);
			else missing.push(`${line}: ${problem}`);
		}
	}
	return { proved, unseen, missing };
}

function problemOf(
	ids: readonly string[],
	clauses: ReadonlySet<string>,
	covered: ReadonlySet<string>,
): string | undefined {
	if (ids.length === 0) return "no clause";
	const unknown = ids.find((id) => !clauses.has(id));
	if (unknown !== undefined) return `no such clause: ${unknown}`;
	const bare = ids.find((id) => !covered.has(id));
	return bare === undefined ? undefined : `no scenario or rule covers ${bare}`;
}
