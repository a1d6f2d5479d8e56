import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import type { Report } from "../report/report.js";
import { madeUpReport, quiet, realistic, someCell } from "../report/testing/made-up-report.js";
import { type Comparison, compareRuns } from "./comparison.js";
import { differenceOf, intervalOf } from "./interval.js";
import { luckOfRanks, luckOfSigns } from "./luck.js";

const wish = { threshold: 0.05, confidence: 0.95 };
const values = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 2, maxLength: 20 });
const few = { numRuns: 30 };

function reportOf(seed: number): Report {
	return madeUpReport({ cells: [someCell, { ...someCell, servers: 1 }], rounds: 4, seed, noise: realistic });
}

function ratios({ cells }: Comparison): number[] {
	return cells.flatMap(({ figures }) => figures.map(({ ratio }) => ratio.middle));
}

/** Everything that a machine which is this many times faster would have shown. */
function faster(report: Report, times: number): Report {
	const cells = report.cells.map((cell) => ({
		...cell,
		rounds: cell.rounds.map((round) => ({
			...round,
			load: { ...round.load, operationsPerSecond: round.load.operationsPerSecond * times },
			calibration: {
				...round.calibration,
				echoesPerSecond: round.calibration.echoesPerSecond * times,
				flushesPerSecond: round.calibration.flushesPerSecond * times,
				turnsPerSecond: round.calibration.turnsPerSecond * times,
			},
		})),
	}));
	return { ...report, cells };
}

function assertNear(actual: number | undefined, expected: number): void {
	assert.ok(
		actual !== undefined && Math.abs(actual - expected) < 1e-9 * Math.max(1, Math.abs(expected)),
		String(actual),
	);
}

describe("an interval", function () {
	this.timeout(60_000);
	it("is Student's where there is too little to trim", () => {
		// Mean 2, standard deviation 1, and 4.302653 of its thirds' roots on either side.
		const interval = intervalOf([1, 2, 3], 0.95);
		assertNear(interval?.middle, 2);
		assert.ok(Math.abs((interval?.most ?? 0) - (2 + 4.302653 / Math.sqrt(3))) < 1e-5);
	});

	it("does not care how far out one of ten values lies", () => {
		const nine = [1, 2, 3, 4, 5, 6, 7, 8, 9];
		assert.deepEqual(intervalOf([...nine, 10], 0.95), intervalOf([...nine, 1e9], 0.95));
	});

	it("moves with its values, and holds its middle", () => {
		fc.assert(
			fc.property(values, fc.double({ min: -3, max: 3, noNaN: true }), (list, by) => {
				const [before, after] = [
					intervalOf(list, 0.95),
					intervalOf(
						list.map((value) => value + by),
						0.95,
					),
				];
				assert.ok(before !== undefined && after !== undefined);
				assert.ok(before.least <= before.middle && before.middle <= before.most);
				assert.ok(Math.abs(after.most - before.most - by) < 1e-6);
			}),
		);
	});

	it("of a difference turns round with its sides", () => {
		fc.assert(
			fc.property(values, values, (first, second) => {
				const [one, other] = [differenceOf(first, second, 0.95), differenceOf(second, first, 0.95)];
				assert.ok(one !== undefined && other !== undefined);
				assert.ok(Math.abs(one.most + other.least) < 1e-6 && Math.abs(one.middle + other.middle) < 1e-6);
			}),
		);
	});

	it("of one value says nothing", () => {
		assert.equal(intervalOf([1], 0.95), undefined);
		assert.equal(differenceOf([1], [1, 2], 0.95), undefined);
	});
});

describe("luck", () => {
	it("is what the coin says of signs", () => {
		assert.equal(luckOfSigns([-1, -1, -1, -1, -1]), 1 / 32);
		assert.equal(luckOfSigns([1, 1, 1, 1, -1]), 6 / 32);
		assert.equal(luckOfSigns([1, -1]), 3 / 4);
	});

	it("is what the orders say of ranks", () => {
		assert.equal(luckOfRanks([1, 2, 3], [4, 5, 6]), 1 / 20);
		assert.equal(luckOfRanks([4, 5, 6], [1, 2, 3]), 1 / 20);
		assert.equal(luckOfRanks([1, 2, 4], [3, 5, 6]), 2 / 20);
		assert.equal(luckOfRanks([1, 3], [2, 4]), 2 / 6);
	});
});

describe("a comparison of two runs", function () {
	this.timeout(60_000);

	it("of a report with itself finds no change at all", () => {
		const seeds = fc.integer({ min: 0, max: 1e6 });
		fc.assert(
			fc.property(seeds, (seed) => {
				for (const ratio of ratios(compareRuns(reportOf(seed), reportOf(seed), wish))) assertNear(ratio, 1);
			}),
			few,
		);
	});

	it("turns round with its sides", () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
				const [base, head] = [reportOf(seed), reportOf(seed + 1)];
				const there = ratios(compareRuns(base, head, wish));
				const back = ratios(compareRuns(head, base, wish));
				for (const [index, ratio] of there.entries()) assertNear(back[index], 1 / ratio);
			}),
			few,
		);
	});

	it("does not see how fast the machine was", () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 1e6 }), fc.double({ min: 0.5, max: 2, noNaN: true }), (seed, times) => {
				const base = reportOf(seed);
				const throughput = ({ cells }: Comparison) => cells.map(({ figures }) => figures[0]?.ratio.middle ?? 0);
				for (const ratio of throughput(compareRuns(base, faster(base, times), wish))) assertNear(ratio, 1);
			}),
			few,
		);
	});

	it("keeps a change that all cells share in doubt by half of what the machine changed", () => {
		const report = (operationsPerSecond: number) =>
			madeUpReport({
				cells: [{ ...someCell, operationsPerSecond }],
				rounds: 6,
				seed: 1,
				noise: { ...quiet, round: 0.001 },
			});
		const verdictAt = (head: Report) => compareRuns(report(40_000), head, wish).cells[0]?.figures[0]?.verdict;
		assert.equal(verdictAt(report(36_000)), "worse");
		assert.equal(verdictAt(faster(report(36_000), 0.8)), "unclear");
	});
});
