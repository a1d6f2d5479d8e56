import assert from "node:assert/strict";
import { readMutants } from "./mutant.js";
import { mustFit } from "./testing/must-fit.js";

describe("planted faults", () => {
	const mutants = readMutants("ci/mutants/mutants.yaml");

	it("are many, each with a name of its own", () => {
		assert.ok(mutants.length >= 25, `${mutants.length} mutants`);
		assert.equal(new Set(mutants.map(({ id }) => id)).size, mutants.length);
	});

	it("fit the code, each in one place", () => {
		mustFit(mutants);
	}).timeout(30_000);
});
