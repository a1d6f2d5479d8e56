import assert from "node:assert/strict";
import { Kind } from "./kind.js";
import { Meter } from "./meter.js";

describe("what is counted of a load in slices", () => {
	it("is what is answered within one of them, by its number", () => {
		const meter = new Meter(60, 30, false);
		const answered = (nowMs: number): void => {
			meter.turn(nowMs);
			meter.answered(Kind.getData, 1000);
		};
		meter.begin(100, 0);
		for (const nowMs of [99, 100, 129, 130]) answered(nowMs);
		meter.end();
		answered(131);
		meter.begin(200, 1);
		for (const nowMs of [199, 229, 230]) answered(nowMs);
		meter.end();
		assert.equal(meter.operations, 3);
		assert.deepEqual(
			meter.samples(0, Number.POSITIVE_INFINITY).map(({ atMs, reads }) => [atMs, reads]),
			[
				[0, 2],
				[30, 1],
			],
		);
	});
});
