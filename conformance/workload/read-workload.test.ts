import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { readGuarantees } from "../../spec/load/guarantee.js";
import { packageRoot } from "../../spec/load/package-root.js";
import { rules } from "../check/rules.js";
import { readBundledWorkloads } from "./read-workload.js";
import { workloadOf } from "./testing/workload-of.js";
import { workloadYaml } from "./workload-yaml.js";

const step = "steps: [{ weight: 1, getData: / }]\n";

describe("workload files", () => {
	const mistakes: readonly (readonly [string, string, RegExp])[] = [
		["an unknown step", "steps: [{ weight: 1, getDta: /a }]", /:9:\d+: unknown key "getDta".*did you mean "getData"\?/],
		[
			"a fault that is none",
			`${step}faults:\n  every: [1s, 2s]\n  choices: [{ weight: 1, do: { kil: leader } }]`,
			/:12:\d+: unknown key "kil".*did you mean "kill"\?/,
		],
		[
			"a server that is none",
			`${step}faults:\n  every: [1s, 2s]\n  choices: [{ weight: 1, do: { pause: lead } }]`,
			/:12:\d+: found "lead"/,
		],
		["a duration without a unit", `${step}pause: [1, 2]`, /:10:\d+: found 1; expected text/],
		["a range that goes down", `${step}pause: [2s, 1s]`, /:10:\d+: found 2s to 1s; expected the smaller one first/],
		[
			"a placeholder that means nothing",
			'steps: [{ weight: 1, getData: "/n{node}" }]',
			/:9:\d+: found \{node\} in .*did you mean "nodes"\?/,
		],
		[
			"faults and a schedule",
			`${step}schedule: []\nfaults: { every: [1s, 2s], choices: [{ weight: 1, do: { cut: all } }] }`,
			/:10:1: found a schedule beside faults; expected one of them/,
		],
	];
	for (const [what, yaml, message] of mistakes) {
		it(`are refused with the place of ${what}`, () => {
			assert.throws(() => workloadOf(yaml), message);
		});
	}

	it("can be written again: what is read from that is the same", () => {
		for (const workload of readBundledWorkloads()) {
			const { where, ...said } = workload;
			const { where: _, ...again } = workloadOf(workloadYaml(workload, "again"), "");
			assert.deepEqual(again, said, where.file);
		}
	});
});

describe("the workloads that come with the project", () => {
	const workloads = readBundledWorkloads();

	it("have the names of their files", () => {
		for (const { name, where } of workloads) assert.equal(path.basename(where.file), `${name}.yaml`);
	});

	it("name clauses of the spec, and rules that there are", () => {
		const folder = path.join(packageRoot, "spec", "guarantees");
		const files = readGuarantees(readdirSync(folder).map((name) => path.join(folder, name)));
		const ids = new Set(files.flatMap(({ clauses }) => clauses.map(({ id }) => id)));
		const onDemand = new Set(rules.filter((rule) => rule.onDemand === true).map((rule) => rule.name));
		for (const { name, clauses, rules: entries } of workloads) {
			assert.deepEqual(
				clauses.filter((clause) => !ids.has(clause)),
				[],
				name,
			);
			assert.deepEqual(
				entries.filter(({ rule }) => !onDemand.has(rule)),
				[],
				name,
			);
		}
	});
});
