import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { replayCommand } from "./replay.js";

describe("the command that replays a scenario", () => {
	it("keeps what says how, with the seed, and drops what says what and where to", () => {
		const args = ["--target", "h:1", "--only", "x", "--report-json=r", "--repeat", "9", "--super", "a:b c", "--skip=y"];
		const expected = "npm run conformance -- --target h:1 --super 'a:b c' --seed 7 --only 's[1]'";
		assert.equal(replayCommand(args, 7)("s[1]"), expected);
	});

	it("has the seed once, also when it was given", () => {
		const expected = "npm run conformance -- --exclusive --seed 3 --only s";
		assert.equal(replayCommand(["--seed", "3", "--exclusive"], 3)("s"), expected);
		assert.equal(replayCommand(["--seed=3", "--exclusive"], 3)("s"), expected);
	});
});
