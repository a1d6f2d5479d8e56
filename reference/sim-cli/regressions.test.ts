import assert from "node:assert/strict";
import { run } from "../sim/run.js";
import { loadRegressions } from "./regressions.js";
import { starters } from "./starters.js";

describe("what the simulator has found once", () => {
	for (const [name, { plan }] of loadRegressions()) {
		it(`stays right: ${name}`, () => {
			const { failure } = run(plan, starters[plan.options.kind]);
			assert.equal(failure, undefined, `${failure?.invariant}: ${failure?.message}`);
		}).timeout(20_000);
	}
});
