import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { UsageError } from "./exit-code.js";
import { selectScenarios } from "./selection.js";
import { suiteOf } from "./testing/suite-of.js";

const suite = suiteOf(
	{ "tree.a": "3.0", "tree.b": "3.0", "watch.a": "3.0" },
	`  first: {covers: [tree.a], steps: [{exists: $root}]}
  second: {covers: [tree.a, watch.a], steps: [{exists: $root}]}
  rows: {covers: [tree.b], cases: [{n: 1}, {n: 2}], steps: [{exists: $root/$n}]}`,
);
const everything = ["first", "second", "rows[1]", "rows[2]"];

const select = (only: readonly string[], skip: readonly string[] = []): readonly string[] =>
	selectScenarios(suite, only, skip).map(({ id }) => id);

describe("the selection of scenarios", () => {
	it("is everything when nothing is named", () => {
		assert.deepEqual(select([]), everything);
	});

	const selections: readonly (readonly [string, readonly string[]])[] = [
		["g", everything],
		["tree.a", ["first", "second"]],
		["tree.*", everything],
		["watch.*", ["second"]],
		["first", ["first"]],
		["rows", ["rows[1]", "rows[2]"]],
		["rows[2]", ["rows[2]"]],
		["g.yaml", everything],
		["g/tree.b/rows", ["rows[1]", "rows[2]"]],
		["g/tree.b/rows[1]", ["rows[1]"]],
		["g/*/second", ["second"]],
		["*/watch.a/*", ["second"]],
	];
	for (const [glob, ids] of selections) {
		it(`by ${glob} is ${ids.join(", ")}`, () => {
			assert.deepEqual(select([glob]), ids);
		});
	}

	it("is what any of the globs names, in the order of the files, without what is skipped", () => {
		assert.deepEqual(select(["rows[2]", "first"]), ["first", "rows[2]"]);
		assert.deepEqual(select(["tree.*"], ["rows", "watch.a"]), ["first"]);
		assert.deepEqual(select([], ["rows[1]"]), ["first", "second", "rows[2]"]);
	});

	it("refuses a glob that names nothing, with what may be meant", () => {
		const says = (only: readonly string[], skip: readonly string[], message: RegExp) =>
			assert.throws(
				() => select(only, skip),
				(error) => error instanceof UsageError && message.test(error.message),
			);
		says(["frist"], [], /^--only "frist" matches no guarantee, clause or scenario; did you mean "first"\?$/);
		says(["first"], ["nothing-like-it"], /^--skip "nothing-like-it" matches no guarantee, clause or scenario/);
		says(["first"], ["f*"], /^no scenario is left: --skip takes away all that --only selects$/);
	});
});
