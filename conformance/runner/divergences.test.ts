import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Divergence, Profile } from "../../spec/load/profile.js";
import { SpecError } from "../../spec/load/spec-error.js";
import { Divergences } from "./divergences.js";
import { mustScenario, suiteOf } from "./testing/suite-of.js";

const suite = suiteOf(
	{ "one.a": "3.0", "one.b": "3.0" },
	`  plain: {covers: [one.a], steps: [{exists: $root}]}
  rows: {covers: [one.b], cases: [{n: 1}, {n: 2}], steps: [{exists: $root/$n}]}`,
);
const violation = { where: { file: "f", line: 1, column: 1 }, client: "a", step: "s", problems: ["p"] };

function profile(...entries: readonly Partial<Divergence>[]): Profile {
	const where = { file: "profile.yaml", line: 7, column: 5 };
	const whole = {
		kind: "scenario" as const,
		glob: "plain",
		versions: "*",
		reason: "known",
		link: "Z-1",
		on: undefined,
		where,
	};
	return { file: "p", server: "S", detect: /S/, divergences: entries.map((entry) => ({ ...whole, ...entry })) };
}

/** What a violation of each scenario counts as. */
function violatedTypes(known: Profile | undefined, version = "3.8.0"): readonly string[] {
	const divergences = new Divergences(known, suite, version);
	return suite.scenarios.map((scenario) => `${scenario.id} ${divergences.violated(scenario, violation).type}`);
}

describe("known divergences", () => {
	const plain = mustScenario(suite, "plain");

	it("are none without a profile", () => {
		assert.deepEqual(violatedTypes(undefined), ["plain violated", "rows[1] violated", "rows[2] violated"]);
		assert.deepEqual(new Divergences(undefined, suite, "3.8.0").kept(plain), { type: "kept" });
	});

	it("may be those of ensembles only", () => {
		const known = profile({ on: "ensemble" });
		const typeOn = (standalone: boolean | undefined) =>
			new Divergences(known, suite, "3.8.0", standalone).violated(plain, violation).type;
		assert.deepEqual([typeOn(false), typeOn(true), typeOn(undefined)], ["divergent", "violated", "violated"]);
	});

	it("explain a violation, and make its absence a finding", () => {
		const divergences = new Divergences(profile({}), suite, "3.8.0");
		const reason = { reason: "known", link: "Z-1" };
		assert.deepEqual(divergences.violated(plain, violation), { type: "divergent", violation, ...reason });
		assert.deepEqual(divergences.kept(plain), { type: "unexpectedlyKept", ...reason });
	});

	it("concern only the versions in their range", () => {
		const known = profile({ versions: ">=3.9.0 <3.9.2" });
		assert.deepEqual(violatedTypes(known, "3.8.0")[0], "plain violated");
		assert.deepEqual(violatedTypes(known, "3.9.1")[0], "plain divergent");
		assert.equal(new Divergences(known, suite, "3.9.2").applying.length, 0);
	});

	it("name scenarios by glob, and a row of cases by its own id or by that of all rows", () => {
		const rows = (glob: string) => violatedTypes(profile({ glob })).slice(1);
		assert.deepEqual(rows("rows"), ["rows[1] divergent", "rows[2] divergent"]);
		assert.deepEqual(rows("ro*"), ["rows[1] divergent", "rows[2] divergent"]);
		assert.deepEqual(rows("rows[2]"), ["rows[1] violated", "rows[2] divergent"]);
	});

	it("name clauses by glob", () => {
		const byClause = profile({ kind: "clause", glob: "one.b" });
		assert.deepEqual(violatedTypes(byClause), ["plain violated", "rows[1] divergent", "rows[2] divergent"]);
		assert.deepEqual(violatedTypes(profile({ kind: "clause", glob: "one.*" }))[0], "plain divergent");
	});

	it("of histories concern no scenario, and must name a clause", () => {
		const ofHistory = profile({ kind: "history", glob: "one.b" });
		assert.deepEqual(violatedTypes(ofHistory), violatedTypes(undefined));
		const none = profile({ kind: "history", glob: "two.*" });
		assert.throws(() => new Divergences(none, suite, "3.8.0"), /history "two\.\*" matches nothing/);
	});

	it("that match nothing are an error at their place, also when they do not concern the version", () => {
		const stale = profile({}, { glob: "gone", versions: "<3.0.0" });
		const says = 'profile.yaml:7:5: scenario "gone" matches nothing; remove or correct the entry';
		assert.throws(
			() => new Divergences(stale, suite, "3.8.0"),
			(error) => error instanceof SpecError && error.message === says,
		);
	});
});
