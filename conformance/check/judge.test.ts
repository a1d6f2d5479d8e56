import { strict as assert } from "node:assert";
import { readdirSync } from "node:fs";
import path from "node:path";
import { readGuarantees } from "../../spec/load/guarantee.js";
import { packageRoot } from "../../spec/load/package-root.js";
import { historyOf } from "../history/history-builder.js";
import { testHeader } from "../history/testing/random-records.js";
import { judge } from "./judge.js";
import { rules } from "./rules.js";

describe("judge", () => {
	it("finds nothing wrong in a history in which nothing happens", () => {
		assert.deepEqual(judge(historyOf(testHeader, [{ type: "phase", atUs: 0, phase: "end" }])), {
			outcome: "ok",
			figures: [],
		});
	});

	it("has rules that name clauses of the spec, and the clauses name them", () => {
		const folder = path.join(packageRoot, "spec", "guarantees");
		const files = readGuarantees(readdirSync(folder).map((name) => path.join(folder, name)));
		const ofSpec = files.flatMap(({ clauses }) =>
			clauses.flatMap((clause) => clause.rules.map((rule) => `${rule}: ${clause.id}`)),
		);
		const ofRules = rules.flatMap(({ name, clauses }) => clauses.map((clause) => `${name}: ${clause}`));
		assert.deepEqual(ofRules.toSorted(), ofSpec.toSorted());
	});
});
