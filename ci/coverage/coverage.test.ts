import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { coverageOf, type LineEntry } from "./coverage.js";

describe("coverage of the checklist", () => {
	const clauses = new Set(["a.one", "a.two"]);
	const covered = new Set(["a.one"]);
	const of = (entry: LineEntry) => coverageOf(new Map([["001", entry]]), clauses, covered);

	it("counts a line whose clauses all have scenarios", () => {
		assert.deepEqual(of(["a.one"]), { proved: ["001"], unseen: [], missing: [] });
	});

	it("misses a line without a clause, with an unknown one, or with one that no scenario or rule covers", () => {
		assert.deepEqual(of([]).missing, ["001: no clause"]);
		assert.deepEqual(of(["a.three"]).missing, ["001: no such clause: a.three"]);
		assert.deepEqual(of(["a.one", "a.two"]).missing, ["001: no scenario or rule covers a.two"]);
	});

	it("lists what can not be seen with its reason", () => {
		assert.deepEqual(of({ unseen: "needs TLS" }).unseen, [{ line: "001", reason: "needs TLS" }]);
	});
});
