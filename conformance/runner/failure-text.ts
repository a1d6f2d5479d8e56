import path from "node:path";
import type { Clause } from "../../spec/load/guarantee.js";
import type { Place } from "../../spec/load/spec-error.js";
import type { Violation } from "../scenario/verdict.js";
import type { ScenarioRecord } from "./outcome.js";

/** What else a failure shows. */
export interface FailureContext {
	readonly clauses: ReadonlyMap<string, Clause>;
	/** The command that replays one scenario. */
	readonly replay: (scenarioId: string) => string;
}

/** Everything that a person needs to see why a scenario failed, one line each. */
export function failureLines(record: ScenarioRecord, context: FailureContext): readonly string[] {
	const { scenario, outcome, trace } = record;
	const head = [`${scenario.guarantee}/${scenario.covers[0]}/${scenario.id}: ${scenario.title}`];
	const promises = scenario.covers.flatMap((id) => clauseLines(context.clauses.get(id)));
	switch (outcome.type) {
		case "violated":
		case "divergent":
			return [
				...head,
				...promises,
				...violationLines(outcome.violation),
				...traceLines(trace),
				`  replay: ${context.replay(scenario.id)}`,
			];
		case "unexpectedlyKept":
			return [
				...head,
				...promises,
				`  kept, but the profile expects a violation: ${outcome.reason} (${outcome.link})`,
				"  remove the divergence from the profile, or narrow its versions",
				`  replay: ${context.replay(scenario.id)}`,
			];
		case "kept":
			return head;
		default:
			return [...head, `  ${describePlace(scenario.where)}`, `  ${outcome.reason}`, ...traceLines(trace)];
	}
}

function clauseLines(clause: Clause | undefined): readonly string[] {
	if (clause === undefined) return [];
	return [`  ${clause.id} (${clause.level}): ${clause.text}`, `    ${clause.cite}`];
}

function violationLines({ where, client, step, problems }: Violation): readonly string[] {
	return [
		`  ${describePlace(where)}, client ${client}`,
		`    sent: ${step}`,
		...problems.map((problem) => `    ${problem}`),
	];
}

function traceLines(trace: readonly string[]): readonly string[] {
	return trace.length === 0 ? [] : ["  on the wire:", ...trace.map((line) => `    ${line}`)];
}

/** `spec/guarantees/tree-create.yaml:14:5`, relative to where the program runs when that is shorter. */
export function describePlace({ file, line, column }: Place): string {
	const relative = path.relative(process.cwd(), file);
	return `${relative.length < file.length ? relative : file}:${line}:${column}`;
}
