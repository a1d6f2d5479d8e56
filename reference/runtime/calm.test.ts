import assert from "node:assert/strict";
import { Calm } from "./calm.js";

const quiet = [0.14, 0, 0.01, 0.02, 0];

function answers(shares: readonly number[]): boolean[] {
	const calm = new Calm();
	return shares.map((share) => calm.check(share));
}

describe("calm", () => {
	it("begins when a server has had little to do for five checks, and stays", () => {
		assert.deepEqual(answers([...quiet, 0.05]), [false, false, false, false, true, true]);
	});

	it("ends with one busy check, and begins anew", () => {
		assert.deepEqual(answers([...quiet, 0.5, ...quiet]).slice(4), [true, false, false, false, false, false, true]);
	});

	it("does not come between bursts", () => {
		const bursts = Array.from({ length: 40 }, (_, i) => (i % 4 === 0 ? 0.15 : 0));
		assert.ok(!answers(bursts).includes(true));
	});
});
