import type { Clause } from "../../spec/load/guarantee.js";
import type { ServerMutant } from "./server-mutant.js";
import type { Finding } from "./trial.js";

/** One mutant in a line, and what went wrong with it below. */
export function row({ id, clauses }: ServerMutant, { violated, missed, remarks, seconds }: Finding): string {
	const others = violated.filter((clause) => !clauses.includes(clause));
	const beside = others.length === 0 ? "" : ` and ${others.length} more`;
	const verdict = missed.length === 0 ? `${clauses.join(", ")}${beside}` : `NOT NAMED: ${missed.join(", ")}`;
	const line = `${id.padEnd(36)} ${`${seconds.toFixed(1)} s`.padStart(7)}  ${verdict}`;
	if (missed.length === 0) return line;
	const more = [`violated: ${violated.join(", ") || "none"}`, ...remarks];
	return [line, ...more.map((text) => `    ${text}`)].join("\n");
}

/** Clause by clause, which mutants it was named for; `*` marks those that were meant to break it. */
export function clauseTable(
	clauses: readonly Pick<Clause, "id" | "level">[],
	findings: ReadonlyMap<ServerMutant, Pick<Finding, "violated">>,
): string {
	const lines = clauses.flatMap(({ id, level }) => {
		const by = [...findings].filter(([, { violated }]) => violated.includes(id)).map(([mutant]) => mutant);
		if (by.length === 0) return [];
		const names = by.map((mutant) => (mutant.clauses.includes(id) ? `${mutant.id}*` : mutant.id));
		return [`${id.padEnd(36)} ${level.padEnd(8)}  ${names.join(" ")}`];
	});
	return lines.join("\n");
}
