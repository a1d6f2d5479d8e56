import assert from "node:assert/strict";
import fc from "fast-check";
import { shrink } from "./shrink.js";

const never = () => false;

describe("Shrinking", () => {
	it("leaves exactly what the failure needs, in order", async () => {
		const cases = fc.record({
			length: fc.integer({ min: 1, max: 60 }),
			needed: fc.uniqueArray(fc.nat(59), { maxLength: 5 }),
		});
		await fc.assert(
			fc.asyncProperty(cases, async ({ length, needed }) => {
				const items = Array.from({ length }, (_, index) => index);
				const wanted = items.filter((item) => needed.includes(item));
				const fails = async (fewer: readonly number[]) => wanted.every((item) => fewer.includes(item));
				assert.deepEqual(await shrink(items, fails, never), wanted);
			}),
		);
	});

	it("keeps everything when nothing can go", async () => {
		assert.deepEqual(await shrink([1, 2, 3], async () => false, never), [1, 2, 3]);
	});

	it("stops when time is over, with what still failed", async () => {
		let tries = 0;
		const items = Array.from({ length: 64 }, (_, index) => index);
		const kept = await shrink(
			items,
			async (fewer) => {
				tries++;
				return fewer.includes(0);
			},
			() => tries >= 2,
		);
		assert.ok(kept.includes(0) && kept.length < 64);
		assert.equal(tries, 2);
	});
});
