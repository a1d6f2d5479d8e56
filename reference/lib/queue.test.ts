import assert from "node:assert/strict";
import fc from "fast-check";
import { Queue } from "./queue.js";

describe("queue", () => {
	it("gives what it was given, in order", () => {
		const step = fc.oneof(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: -3000, max: -1 }));
		fc.assert(
			fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
				const queue = new Queue<number>();
				const model: number[] = [];
				let next = 0;
				for (const count of steps) {
					for (let i = 0; i < count; i++) {
						model.push(next);
						queue.push(next++);
					}
					for (let i = 0; i > count; i--) assert.equal(queue.shift(), model.shift());
					assert.equal(queue.length, model.length);
					assert.equal(queue.peek(), model[0]);
					assert.equal(
						queue.some((item) => item === next - 1),
						model.includes(next - 1),
					);
				}
			}),
			{ numRuns: 50 },
		);
	});
});
