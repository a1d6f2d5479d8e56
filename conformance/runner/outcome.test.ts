import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { clauseRecord } from "./clause-verdict.js";
import { type OutcomeType, worstOf } from "./outcome.js";
import { mustScenario, outcomeOf, recordOf, suiteOf } from "./testing/suite-of.js";

const suite = suiteOf(
	{ one: "3.0", other: "3.0", bare: "3.0" },
	`  s: {covers: [one], steps: [{exists: $root}]}
  t: {covers: [other], steps: [{exists: $root}]}`,
);
const ofOne = mustScenario(suite, "s");
const worstFirst: readonly OutcomeType[] = [
	"wrong",
	"unreachable",
	"violated",
	"unexpectedlyKept",
	"undecided",
	"divergent",
	"skipped",
	"kept",
];

function clauseVerdict(id: string, types: readonly OutcomeType[]): string {
	const clause = suite.clauses.get(id);
	assert.ok(clause);
	const others = recordOf(mustScenario(suite, "t"), outcomeOf("wrong"));
	return clauseRecord(clause, [others, ...types.map((type) => recordOf(ofOne, outcomeOf(type)))]).verdict;
}

describe("the outcome of several runs", () => {
	it("is that of the worst, with its trace, and the time and number of all", () => {
		for (const [i, worse] of worstFirst.entries()) {
			for (const better of worstFirst.slice(i)) {
				const records = [recordOf(ofOne, outcomeOf(better), 5), recordOf(ofOne, outcomeOf(worse), 7)];
				const found = worstOf(records);
				assert.equal(found.outcome.type, worse);
				assert.deepEqual([found.trace, found.durationMs, found.runs], [[worse], 12, 2]);
				assert.equal(worstOf(records.toReversed()).outcome.type, worse);
			}
		}
	});

	it("is that of the first of two that are equally bad", () => {
		const first = recordOf(ofOne, { type: "undecided", reason: "first" });
		const second = recordOf(ofOne, { type: "undecided", reason: "second" });
		assert.deepEqual(worstOf([first, second]).outcome, first.outcome);
	});
});

describe("the verdict on a clause", () => {
	it("is untested without a scenario of its own", () => {
		assert.equal(clauseVerdict("bare", ["violated"]), "untested");
		assert.equal(clauseVerdict("one", []), "untested");
	});

	it("is the worst of its scenarios only", () => {
		assert.equal(clauseVerdict("one", ["kept"]), "kept");
		assert.equal(clauseVerdict("one", ["kept", "violated", "divergent"]), "violated");
		assert.equal(clauseVerdict("one", ["undecided", "kept"]), "undecided");
	});

	it("is kept when one is kept and the others are skipped, but not when one of them failed", () => {
		assert.equal(clauseVerdict("one", ["skipped", "kept"]), "kept");
		assert.equal(clauseVerdict("one", ["skipped", "skipped"]), "skipped");
		assert.equal(clauseVerdict("one", ["skipped", "kept", "divergent"]), "divergent");
	});
});
