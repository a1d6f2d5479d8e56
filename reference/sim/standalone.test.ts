import assert from "node:assert/strict";
import { run } from "./run.js";
import { startStandalone } from "./standalone-process.js";
import { drawPlan } from "./swarm.js";

const alone = { kind: "standalone", servers: 1, observers: 0 } as const;

describe("simulator", () => {
	it("takes the same course from the same seed, and another one from another", () => {
		const hashes = [7, 7, 8].map((seed) => run(drawPlan(seed, alone), startStandalone).hash);
		assert.equal(hashes[0], hashes[1]);
		assert.notEqual(hashes[0], hashes[2]);
	});

	it("finds nothing wrong with a standalone server", () => {
		for (let seed = 1; seed <= 10; seed++) {
			const { failure } = run(drawPlan(seed, alone), startStandalone);
			assert.equal(failure, undefined, `seed ${seed}: ${failure?.invariant}: ${failure?.message}`);
		}
	});
});
