import assert from "node:assert/strict";
import fc from "fast-check";
import { Arrivals } from "./arrivals.js";
import { Breaches, mergeBreaches } from "./breaches.js";
import { Buckets, makeHistogram, mergeHistograms } from "./buckets.js";
import type { Sizes } from "./contract.js";
import { drawAll } from "./draws.js";
import { Kind, kindNames } from "./kind.js";
import { Meter } from "./meter.js";
import { SampleMerger } from "./sample-merger.js";
import { viewOf } from "./splitter.js";
import { smallPlan } from "./testing/plans.js";
import { Values } from "./values.js";

describe("figures of a load", function () {
	this.timeout(10_000);

	it("latencies keep three digits, as HdrHistogram's own records do", () => {
		const micros = fc.array(fc.integer({ min: 0, max: 2 ** 31 - 1 }), { minLength: 1, maxLength: 40 });
		fc.assert(
			fc.property(micros, (all) => {
				const [ours, theirs] = [makeHistogram(), makeHistogram()];
				const buckets = new Buckets();
				for (const each of all) {
					buckets.add(each);
					theirs.recordValue(each);
				}
				buckets.addTo(ours);
				assert.equal(ours.totalCount, all.length);
				for (const percentile of [0, 50, 90, 99, 100]) {
					const [found, due] = [ours, theirs].map((histogram) => histogram.getValueAtPercentile(percentile));
					assert.ok(Math.abs((found ?? 0) - (due ?? 0)) <= (due ?? 0) / 500, `${found} is not ${due}`);
				}
			}),
		);
	});

	it("latencies below nothing and beyond the end are counted at the ends", () => {
		const buckets = new Buckets();
		for (const each of [-5, 2 ** 40, 0.7]) buckets.add(each);
		const histogram = makeHistogram();
		buckets.addTo(histogram);
		assert.equal(histogram.totalCount, 3);
		assert.equal(histogram.getValueAtPercentile(50), 0);
	});

	it("arrivals know when they were due, whenever they are taken", () => {
		const arrivals = new Arrivals(1, 2.5);
		assert.equal(arrivals.arrive(100), 0);
		arrivals.begin(100);
		assert.equal(arrivals.arrive(100.9), 0);
		assert.equal(arrivals.arrive(106.5), 3);
		assert.equal(arrivals.arrive(106.5), 0);
		assert.deepEqual(arrivals.waiting(110), [9, 6.5, 4]);
		assert.deepEqual([arrivals.maybeTake(), arrivals.maybeTake(), arrivals.maybeTake()], [101, 103.5, 106]);
		assert.equal(arrivals.maybeTake(), undefined);
	});

	it("arrivals that a timer finds in time are due then, and no longer when the next timer comes", () => {
		const arrivals = new Arrivals(0, 0.5);
		arrivals.begin(100);
		arrivals.arrive(99);
		assert.equal(arrivals.arrive(100.7), 2);
		assert.equal(arrivals.maybeTake(), 100.7);
		arrivals.arrive(101.2);
		assert.deepEqual([arrivals.maybeTake(), arrivals.maybeTake()], [100.5, 101.2]);
	});

	it("an answer behind the last sample is in no sample, and of an open arrival not left out either", () => {
		const counts = [false, true].map((isOpen) => {
			const meter = new Meter(100, 50, isOpen);
			meter.begin(1000);
			for (const atMs of [999, 1000, 1099, 1100]) {
				meter.turn(atMs);
				meter.answered(Kind.getData, 10);
			}
			meter.end();
			meter.answered(Kind.getData, 10);
			return [meter.operations, mergeHistograms([meter.histograms().getData ?? ""]).totalCount];
		});
		assert.deepEqual(counts, [
			[2, 2],
			[2, 3],
		]);
	});

	it("samples are whole when every worker has told them", () => {
		const sample = (atMs: number, reads: number) => ({ atMs, reads, writes: 1, errors: 0 });
		const whole: unknown[] = [];
		const merger = new SampleMerger(2, (each) => whole.push(each));
		merger.add(0, [sample(0, 1), sample(50, 2)]);
		assert.deepEqual(whole, []);
		merger.add(1, [sample(0, 10)]);
		merger.add(1, [sample(50, 20)]);
		assert.deepEqual(whole, [
			{ atMs: 0, reads: 11, writes: 2, errors: 0 },
			{ atMs: 50, reads: 22, writes: 2, errors: 0 },
		]);
	});

	it("breaches keep the first sentence and count the others", () => {
		const breaches = new Breaches();
		breaches.add("order", () => "first");
		breaches.add("order", () => assert.fail("nobody reads the second"));
		breaches.add("zxid", () => "other", 5);
		const one = breaches.list();
		assert.deepEqual(mergeBreaches([one, [{ rule: "zxid", text: "third", count: 2 }]]), [
			{ rule: "order", text: "first", count: 2 },
			{ rule: "zxid", text: "other", count: 7 },
		]);
	});

	it("draws follow seed and weights", () => {
		const plan = smallPlan([], { mix: { getData: 3, setData: 1 }, keys: { count: 1000, distribution: "zipf" } });
		const draws = drawAll(plan);
		assert.deepEqual(drawAll(plan), draws);
		assert.notDeepEqual(drawAll({ ...plan, seed: 8 }).any, draws.any);
		const shares = kindNames.map((_, kind) => draws.kinds.filter((each) => each === kind).length / draws.kinds.length);
		assert.ok(Math.abs((shares[0] ?? 0) - 0.75) < 0.02 && (shares[0] ?? 0) + (shares[1] ?? 0) === 1, `${shares}`);
	});

	it("keys are drawn as their distribution says", () => {
		const share = (distribution: "uniform" | "zipf" | "hot", first: number) => {
			const { any } = drawAll(smallPlan([], { keys: { count: 1000, distribution } }));
			assert.ok(any.every((key) => key >= 0 && key < 1000));
			return any.filter((key) => key < first).length / any.length;
		};
		assert.ok(Math.abs(share("uniform", 100) - 0.1) < 0.01);
		assert.ok(Math.abs(share("hot", 10) - 0.901) < 0.01);
		const zipf = share("zipf", 10);
		assert.ok(zipf > 0.35 && zipf < 0.45, `${zipf}`);
	});

	it("values say which they are, and tell any other byte", () => {
		const sizes = fc.constantFrom<Sizes>(
			{ kind: "fixed", bytes: 40 },
			{ kind: "uniform", least: 0, most: 60 },
			{
				kind: "weighted",
				sizes: [
					{ bytes: 20, weight: 1 },
					{ bytes: 3, weight: 2 },
				],
			},
		);
		const count = fc.integer({ min: 0, max: 2 ** 30 });
		fc.assert(
			fc.property(sizes, count, count, fc.nat(), (each, key, sequence, place) => {
				const values = new Values(each, 5);
				const length = values.lengthOf(key, sequence);
				const bytes = Buffer.alloc(length + 2, 1);
				values.write(bytes, 1, length, key, sequence);
				assert.ok(bytes[0] === 1 && bytes[length + 1] === 1 && length <= values.bytesMost);
				const isRight = (whole: boolean) => values.isRight(bytes, viewOf(bytes), 1, length, key, sequence, whole);
				assert.ok(isRight(true) && isRight(false));
				if (length >= 8) assert.equal(values.maybeSequence(viewOf(bytes), 1, length), sequence);
				if (length === 0) return;
				const at = 1 + (place % length);
				bytes[at] = (bytes[at] ?? 0) ^ 1;
				assert.ok(!isRight(true));
				assert.equal(isRight(false), at > 16 && length >= 16);
			}),
		);
	});
});
