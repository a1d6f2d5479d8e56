import type { Scenario } from "../scenario/step.js";
import { cut, type Screen } from "./console.js";
import { describePlace } from "./failure-text.js";
import type { Suite } from "./suite.js";

/** Guarantees, clauses and scenarios as an indented list; a scenario stands under each clause that it covers. */
export function listScenarios(screen: Screen, suite: Suite, scenarios: readonly Scenario[]): void {
	for (const { id, title, clauses } of suite.guarantees) {
		const covered = clauses.filter((clause) => scenarios.some(({ covers }) => covers.includes(clause.id)));
		if (covered.length === 0) continue;
		screen.line(`${screen.colour("bold", id)}  ${title}`);
		for (const clause of covered) {
			screen.line(`  ${clause.id} (${clause.level}, since ${clause.since})  ${cut(clause.text, screen.width - 20)}`);
			for (const scenario of scenarios.filter(({ covers }) => covers.includes(clause.id)))
				screen.line(`    ${scenario.id}  ${describePlace(scenario.where)}${remarks(scenario)}`);
		}
	}
	const clauses = new Set(scenarios.flatMap(({ covers }) => covers));
	screen.line(`${scenarios.length} scenarios for ${clauses.size} clauses`);
}

function remarks({ requires, since, before, alone, outside, destructive, fresh, ensemble }: Scenario): string {
	const parts = [
		requires.length > 0 ? `needs ${requires.join(", ")}` : "",
		since === undefined ? "" : `since ${since}`,
		before === undefined ? "" : `before ${before}`,
		alone === undefined ? "" : "alone",
		outside === undefined ? "" : "outside the suite's node",
		destructive === undefined ? "" : "destructive",
		fresh ? "on an untouched server" : "",
		ensemble === undefined ? "" : "on an ensemble of its own",
	].filter((part) => part !== "");
	return parts.length === 0 ? "" : `  [${parts.join("; ")}]`;
}
