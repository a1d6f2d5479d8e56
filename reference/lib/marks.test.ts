import assert from "node:assert/strict";
import fc from "fast-check";
import { forEachMark, type Marks, markedIn, markOf, noMarks, withMark, withoutBits } from "./marks.js";

const numberMax = 2 ** 28 - 1;

describe("marks", () => {
	it("are what a Map would have", () => {
		const number = fc.oneof({ weight: 4, arbitrary: fc.nat(60) }, fc.nat(numberMax));
		const step = fc.record({ number, mark: fc.oneof({ weight: 2, arbitrary: fc.nat(7) }, fc.constant(0)) });
		fc.assert(
			fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
				let marks = noMarks;
				const model = new Map<number, number>();
				for (const { number, mark } of steps) {
					marks = withMark(marks, number, mark);
					if (mark === 0) model.delete(number);
					else model.set(number, mark);
					assert.equal(marks === noMarks, model.size === 0);
				}
				for (const { number } of steps) assert.equal(markOf(marks, number), model.get(number) ?? 0);
				assert.deepEqual(sorted(markedIn(marks)), sorted([...model.keys()]));
			}),
		);
	});

	it("lose bits all at once", () => {
		const mark = fc.integer({ min: 1, max: 7 });
		fc.assert(
			fc.property(fc.array(fc.tuple(fc.nat(60), mark), { maxLength: 60 }), fc.nat(7), (pairs, bits) => {
				const model = new Map(pairs);
				let marks = noMarks;
				for (const [number, each] of pairs) marks = withMark(marks, number, each);
				const left = new Map<number, number>();
				forEachMark(withoutBits(marks, bits), (number, each) => left.set(number, each));
				const expected = [...model].filter(([, each]) => (each & ~bits) !== 0);
				assert.deepEqual(left, new Map(expected.map(([number, each]) => [number, each & ~bits])));
			}),
		);
	});

	it("stay when most are gone", () => {
		const numbers = Array.from({ length: 10_000 }, (_, i) => (i * 7919) % numberMax);
		const left = numbers.filter((_, i) => i % 100 === 0);
		let marks: Marks = noMarks;
		for (const number of numbers) marks = withMark(marks, number, 1 + (number % 7));
		for (const number of numbers) if (!left.includes(number)) marks = withMark(marks, number, 0);
		assert.deepEqual(sorted(markedIn(marks)), sorted(left));
		for (const number of numbers) assert.equal(markOf(marks, number), left.includes(number) ? 1 + (number % 7) : 0);
		assert.ok(marks instanceof Int32Array && marks.length < 2000);
	});

	it("have room for no other number and no other mark", () => {
		for (const [number, mark] of [
			[-1, 1],
			[numberMax + 1, 1],
			[1, 8],
			[1, -1],
		] as const)
			assert.throws(() => withMark(noMarks, number, mark), /fit into a word/);
		assert.equal(markOf(withMark(noMarks, numberMax, 7), numberMax), 7);
	});
});

function sorted(numbers: number[]): number[] {
	return numbers.sort((a, b) => a - b);
}
