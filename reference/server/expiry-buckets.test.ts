import assert from "node:assert/strict";
import fc from "fast-check";
import { ExpiryBuckets } from "./expiry-buckets.js";

describe("ExpiryBuckets", () => {
	it("never expires early, and at most one interval late", () => {
		const touches = fc.array(
			fc.record({
				item: fc.integer({ min: 0, max: 4 }),
				afterMs: fc.nat(700),
				timeoutMs: fc.integer({ min: 1, max: 3000 }),
			}),
			{ minLength: 1, maxLength: 40 },
		);
		fc.assert(
			fc.property(touches, fc.constantFrom(1, 100, 500), (steps, intervalMs) => {
				const buckets = new ExpiryBuckets<number>(intervalMs);
				const deadlines = new Map<number, number>();
				let nowMs = 0;
				const takeUntil = (untilMs: number): void => {
					while (buckets.nextMs <= untilMs) {
						const atMs = buckets.nextMs;
						for (const item of buckets.takeExpired(atMs)) {
							const deadlineMs = deadlines.get(item) ?? Number.NaN;
							assert.ok(atMs > deadlineMs && atMs <= deadlineMs + intervalMs, `${atMs} for ${deadlineMs}`);
							deadlines.delete(item);
						}
					}
				};
				for (const { item, afterMs, timeoutMs } of steps) {
					takeUntil(nowMs + afterMs);
					nowMs += afterMs;
					buckets.touch(item, nowMs, timeoutMs);
					deadlines.set(item, nowMs + timeoutMs);
				}
				takeUntil(nowMs + 5000);
				assert.equal(deadlines.size, 0);
				assert.equal(buckets.nextMs, Number.POSITIVE_INFINITY);
			}),
		);
	});

	it("forgets what is deleted", () => {
		const buckets = new ExpiryBuckets<string>(100);
		buckets.touch("a", 0, 100);
		buckets.touch("b", 0, 250);
		buckets.delete("a");
		assert.deepEqual(buckets.takeExpired(300), ["b"]);
	});
});
