import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { loadWireSpec } from "../../spec/load/wire.js";
import { parseYamlFile } from "../../spec/load/yaml-file.js";
import { Codec } from "../client/codec.js";
import type { ScenarioEnvironment } from "./environment.js";
import { parseScenarios } from "./parse-scenario.js";
import { Run } from "./run.js";
import { vocabularyOf } from "./vocabulary.js";

const wire = loadWireSpec();

function start(header: string): Run {
	const text = `zkspec: guarantee/v1
guarantee: g
title: Some title
scenarios:
  s:
    covers: [c]
${header}
    steps: [{call: $op}]
`;
	const yaml = parseYamlFile("s.yaml", text, "guarantee");
	const file = { guarantee: "g", title: "Some title", clauses: [], scenarioIds: ["s"], covered: ["c"], yaml };
	const [scenario] = parseScenarios(file, vocabularyOf(wire));
	assert.ok(scenario);
	const environment: ScenarioEnvironment = {
		codec: new Codec(wire),
		addresses: [],
		roleOf: () => Promise.resolve(undefined),
		driver: undefined,
		facts: { tickTime: 500 },
		root: "/r",
		replyTimeoutMs: 1000,
		super: undefined,
		seed: 1,
		flip: undefined,
		trace: () => undefined,
	};
	const run = new Run(scenario, environment);
	run.defineValues();
	return run;
}

describe("a run of a scenario", () => {
	it("evaluates the values of a row and of let in their order", () => {
		const run = start("    cases: [{node: $root/n}]\n    let: {op: {delete: $node}, wait: $server.tickTime}");
		assert.deepEqual(run.names.lookup("op"), { delete: "/r/n" });
		assert.equal(run.names.lookup("wait"), 500);
	});

	it("refuses a value with a name that the target does not know", () => {
		assert.throws(() => start("    let: {op: {delete: $server.nothing}}"), /there is no "nothing"/);
	});
});
