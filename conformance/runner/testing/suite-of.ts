import type { GuaranteeFile } from "../../../spec/load/guarantee.js";
import { loadWireSpec } from "../../../spec/load/wire.js";
import { parseYamlFile } from "../../../spec/load/yaml-file.js";
import { parseScenarios } from "../../scenario/parse-scenario.js";
import type { Scenario } from "../../scenario/step.js";
import { vocabularyOf } from "../../scenario/vocabulary.js";
import type { Outcome, ScenarioRecord } from "../outcome.js";
import type { Suite } from "../suite.js";

const wire = loadWireSpec();

/** A suite of one family `g` with these clauses (id -> since) and the scenarios of a YAML text, indented by two. */
export function suiteOf(clauses: Readonly<Record<string, string>>, scenarios: string): Suite {
	const text = `zkspec: guarantee/v1\nguarantee: g\ntitle: Some title\nscenarios:\n${scenarios}\n`;
	const yaml = parseYamlFile("/spec/g.yaml", text, "guarantee");
	const all = Object.entries(clauses).map(([id, since]) => ({
		...{
			id,
			since,
			guarantee: "g",
			level: "must" as const,
			text: `${id} holds.`,
			cite: "nobody",
			before: undefined,
			rules: [],
		},
		where: yaml.at([]),
	}));
	const file: GuaranteeFile = { guarantee: "g", title: "Some title", clauses: all, scenarioIds: [], covered: [], yaml };
	return {
		wire,
		guarantees: [{ id: "g", title: "Some title", clauses: all }],
		clauses: new Map(all.map((clause) => [clause.id, clause])),
		scenarios: parseScenarios(file, vocabularyOf(wire)),
		extraOperations: [],
	};
}

/** @throws when the suite has no such scenario */
export function mustScenario(suite: Suite, id: string): Scenario {
	const found = suite.scenarios.find((scenario) => scenario.id === id);
	if (found === undefined) throw new Error(`no scenario ${id}`);
	return found;
}

export function recordOf(scenario: Scenario, outcome: Outcome, durationMs = 1): ScenarioRecord {
	return { scenario, outcome, durationMs, runs: 1, trace: [outcome.type] };
}

/** An outcome of each type, with the least that it needs. */
export function outcomeOf(type: Outcome["type"]): Outcome {
	const violation = { where: { file: "f", line: 1, column: 1 }, client: "a", step: "s", problems: ["p"] };
	switch (type) {
		case "kept":
			return { type };
		case "violated":
			return { type, violation };
		case "divergent":
			return { type, violation, reason: type, link: "L-1" };
		case "unexpectedlyKept":
			return { type, reason: type, link: "L-1" };
		default:
			return { type, reason: type };
	}
}
