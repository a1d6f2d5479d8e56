import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { edited, editsOf, readMutants } from "./mutant.js";

describe("planted faults", () => {
	const mutants = readMutants("ci/mutants/mutants.yaml");

	it("are many, each with a name of its own", () => {
		assert.ok(mutants.length >= 25, `${mutants.length} mutants`);
		assert.equal(new Set(mutants.map(({ id }) => id)).size, mutants.length);
	});

	it("fit the code, each in one place", () => {
		for (const mutant of mutants) {
			for (const edit of editsOf(mutant)) {
				const before = readFileSync(join("dist/reference", edit.file), "utf8");
				assert.notEqual(edited(before, edit), before, mutant.id);
			}
		}
	});
});
