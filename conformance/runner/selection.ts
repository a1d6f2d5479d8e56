import path from "node:path";
import picomatch from "picomatch";
import { didYouMean } from "../../spec/load/nearest.js";
import type { Scenario } from "../scenario/step.js";
import { UsageError } from "./exit-code.js";
import type { Suite } from "./suite.js";

/**
 * The scenarios that match one of `only` (or all) and none of `skip`.
 * @throws UsageError for a glob that matches nothing, alone or together
 */
export function selectScenarios(suite: Suite, only: readonly string[], skip: readonly string[]): readonly Scenario[] {
	for (const glob of only) mustMatch(suite, "--only", glob);
	for (const glob of skip) mustMatch(suite, "--skip", glob);
	const wanted = suite.scenarios.filter(
		(scenario) =>
			(only.length === 0 || only.some((glob) => matches(suite, scenario, glob))) &&
			!skip.some((glob) => matches(suite, scenario, glob)),
	);
	if (wanted.length === 0) throw new UsageError("no scenario is left: --skip takes away all that --only selects");
	return wanted;
}

function mustMatch(suite: Suite, option: string, glob: string): void {
	if (glob === "") throw new UsageError(`${option} is empty; expected a guarantee, clause, scenario or glob`);
	if (suite.scenarios.some((scenario) => matches(suite, scenario, glob))) return;
	const names = new Set(suite.scenarios.flatMap((scenario) => namesOf(suite, scenario)));
	throw new UsageError(`${option} "${glob}" matches no guarantee, clause or scenario${didYouMean(glob, names)}`);
}

/** Whether a glob means this scenario, by its guarantee, a clause, its id, its file, or all of them joined. */
function matches(suite: Suite, scenario: Scenario, glob: string): boolean {
	const names = namesOf(suite, scenario);
	const isMatch = picomatch(glob);
	return names.includes(glob) || names.some((name) => isMatch(name));
}

function namesOf(suite: Suite, { id, guarantee, covers, where }: Scenario): readonly string[] {
	const plain = id.replace(/\[\d+\]$/, "");
	const guarantees = new Set([guarantee, ...covers.map((clause) => suite.clauses.get(clause)?.guarantee ?? guarantee)]);
	const paths = covers.flatMap((clause) => {
		const family = suite.clauses.get(clause)?.guarantee ?? guarantee;
		return [`${family}/${clause}/${plain}`, `${family}/${clause}/${id}`];
	});
	return [...guarantees, ...covers, plain, id, path.basename(where.file), ...paths];
}
