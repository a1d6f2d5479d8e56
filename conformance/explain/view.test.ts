import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { heightOf, laneShapes, lanesWithin, placeLanes } from "./page/layout.js";
import { clampView, fitView, panView, ticksOf, timeAt, wholeView, xOf, zoomView } from "./page/view.js";

describe("the picture's view", () => {
	const durationUs = 10_000_000;
	const view = fc
		.tuple(fc.double({ min: -1e6, max: 2e7, noNaN: true }), fc.double({ min: 0, max: 2e7, noNaN: true }))
		.map(([from, span]) => clampView({ fromUs: from, toUs: from + span }, durationUs));

	it("stays within the history whatever is done", () => {
		const whole = wholeView(durationUs);
		fc.assert(
			fc.property(view, fc.double({ min: 0.01, max: 100, noNaN: true }), fc.integer({ min: -5, max: 5 }), (v, f, p) => {
				for (const next of [zoomView(v, f, (v.fromUs + v.toUs) / 2, durationUs), panView(v, p, durationUs)]) {
					assert.ok(next.toUs - next.fromUs > 19);
					assert.ok(next.fromUs >= whole.fromUs - 1 && next.toUs <= whole.toUs + 1);
				}
			}),
		);
	});

	it("keeps the moment under the pointer where it is when it zooms", () => {
		const before = { view: { fromUs: 4e6, toUs: 5e6 }, left: 100, width: 800, rowHeight: 12 };
		const atUs = timeAt(before, 300);
		const after = { ...before, view: zoomView(before.view, 0.5, atUs, durationUs) };
		assert.ok(Math.abs(xOf(after, atUs) - 300) < 1e-6);
	});

	it("shows all of a finding with air around it", () => {
		const { fromUs, toUs } = fitView(2e6, 3e6, durationUs);
		assert.ok(fromUs < 2e6 && toUs > 3e6 && toUs - fromUs < 2e6);
	});

	it("marks round times, not too many", () => {
		fc.assert(
			fc.property(view, fc.integer({ min: 2, max: 12 }), (v, count) => {
				const { stepUs, atUs } = ticksOf(v, count);
				assert.ok(atUs.length <= count + 1);
				assert.match(String(stepUs), /^[125]0*$/);
				assert.ok(atUs.every((at) => at >= v.fromUs && at <= v.toUs && at % stepUs === 0));
			}),
		);
	});

	it("draws only lanes that are seen", () => {
		const lanes = Array.from({ length: 1000 }, (_, i) => {
			return { session: "", client: i, first: 0, count: 0, slots: (i % 3) + 1 };
		});
		const placed = placeLanes(
			lanes,
			lanes.map((_, i) => i),
			laneShapes.many,
		);
		const seen = lanesWithin(placed, 5000, 5600);
		const expected = placed.filter(({ y, height }) => y + height > 5000 && y < 5600);
		assert.deepEqual(seen, expected);
		assert.ok(seen.length > 10 && seen.length < 40);
		assert.deepEqual(lanesWithin(placed, heightOf(placed), heightOf(placed) + 10), []);
	});
});
