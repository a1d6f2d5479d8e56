import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Report } from "../report/report.js";
import { type MadeUpCell, madeUpReport, type Noise, quiet, realistic } from "../report/testing/made-up-report.js";
import { type Comparison, compareRuns, compareSubjects } from "./comparison.js";
import { describeOutcome } from "./comparison-text.js";
import { exitCodeOf } from "./verdict.js";

const wish = { threshold: 0.05, confidence: 0.95 };

/** `slowed` multiplies the throughput of head's cell with no reads on three servers. */
function cellsOf(subject: string, slowed: number): readonly MadeUpCell[] {
	return [1, 3].flatMap((servers) =>
		[100, 0].map((reads) => ({
			subject,
			servers,
			parameters: { reads },
			operationsPerSecond: (60_000 / servers) * (servers === 3 && reads === 0 ? slowed : 1),
			writes: 1 - reads / 100,
		})),
	);
}

function inTurns(seed: number, slowed: number, noise: Noise = realistic, rounds = 12): Comparison {
	const [base, head] = [cellsOf("base", 1), cellsOf("head", slowed)];
	const cells = base.flatMap((cell, index) => [cell, head[index]].filter((each) => each !== undefined));
	return compareSubjects(madeUpReport({ cells, rounds, seed, noise }), "base", "head", wish);
}

function oneRun(seed: number, slowed: number, noise: Noise = realistic): Report {
	return madeUpReport({ cells: cellsOf("reference", slowed), rounds: 12, seed, noise });
}

function twoRuns(seed: number, slowed: number): Comparison {
	return compareRuns(oneRun(seed, 1), oneRun(seed + 500, slowed), wish);
}

function lossesIn({ cells }: Comparison): string[] {
	const isLost = ({ figures }: (typeof cells)[number]) =>
		figures.some((each) => each.decides && each.verdict === "worse");
	return cells.filter(isLost).map(({ label }) => label);
}

const seeds = Array.from({ length: 20 }, (_, index) => index + 1);
const slowCell = "read-ratio servers=3 reads=0";

describe("a comparison", function () {
	this.timeout(60_000);

	it("of the same build in turns finds no loss, 20 times of 20", () => {
		for (const seed of seeds) assert.equal(exitCodeOf(inTurns(seed, 1)), 0, `seed ${seed}`);
	});

	it("of the same build in two runs finds no loss, 20 times of 20", () => {
		for (const seed of seeds) assert.equal(exitCodeOf(twoRuns(seed, 1)), 0, `seed ${seed}`);
	});

	for (const [name, compare] of [
		["in turns", inTurns],
		["in two runs", twoRuns],
	] as const) {
		it(`finds a loss of 10 % in one cell ${name}, and in no other, at least 19 times of 20`, () => {
			const found = seeds.map((seed) => lossesIn(compare(seed, 0.9)));
			assert.deepEqual(
				found.flat().filter((label) => label !== slowCell),
				[],
			);
			assert.ok(found.flat().length >= 19, `found ${found.flat().length} times`);
		});
	}

	it("leaves a loss below the threshold alone, and says so of a gain beyond it", () => {
		assert.equal(exitCodeOf(inTurns(1, 0.97, quiet)), 0);
		const figures = inTurns(1, 1.2, quiet).cells.find(({ label }) => label === slowCell)?.figures;
		assert.equal(figures?.find(({ name }) => name === "throughput")?.verdict, "better");
	});

	it("tells how much was lost", () => {
		const [figure] = inTurns(1, 0.8, quiet).cells.find(({ label }) => label === slowCell)?.figures ?? [];
		assert.ok(figure !== undefined && Math.abs(figure.ratio.middle - 0.8) < 0.001, String(figure?.ratio.middle));
		assert.equal(figure.verdict, "worse");
	});

	it("is unclear about one round, and about rounds that say everything", () => {
		const verdicts = (comparison: Comparison) =>
			comparison.cells.map(({ figures }) => figures.find(({ decides }) => decides)?.verdict);
		assert.deepEqual(verdicts(inTurns(1, 0.5, quiet, 1)), ["unclear", "unclear", "unclear", "unclear"]);
		const wild = inTurns(1, 1, { machine: 0, round: 0.4, burst: 0, run: 0 }, 5);
		assert.ok(verdicts(wild).includes("unclear"));
		assert.equal(exitCodeOf(wild), 0);
		assert.match(describeOutcome(wild), /^no regression found in 4 cells \(.*unclear: more rounds would tell\)$/);
	});

	it("finds no loss on a machine where rounds differ by factors, with few rounds or many", () => {
		const wild: Noise = { machine: 0, round: 0.6, burst: 0.1, run: 0 };
		const losses = (rounds: number) => seeds.filter((seed) => exitCodeOf(inTurns(seed, 1, wild, rounds)) !== 0).length;
		assert.ok(losses(4) === 0 && losses(12) <= 2, `${losses(4)} and ${losses(12)}`);
	});

	it("counts a round in which nothing was answered", () => {
		const report = madeUpReport({
			cells: [cellsOf("base", 1), cellsOf("head", 1)].flat(),
			rounds: 5,
			seed: 1,
			noise: quiet,
		});
		const cells = report.cells.map((cell) => {
			const silent = ({ load, ...round }: (typeof cell.rounds)[number]) => ({
				...round,
				load: { ...load, operations: 0, operationsPerSecond: 0 },
			});
			return cell.subject === "head" ? { ...cell, rounds: cell.rounds.map(silent) } : cell;
		});
		assert.equal(exitCodeOf(compareSubjects({ ...report, cells }, "base", "head", wish)), 1);
	});

	it("lets other figures decide when asked", () => {
		const cells = [...cellsOf("base", 1), ...cellsOf("head", 0.8)];
		const report = madeUpReport({ cells, rounds: 5, seed: 1, noise: quiet });
		const compare = (gate: readonly string[]) => exitCodeOf(compareSubjects(report, "base", "head", { ...wish, gate }));
		assert.equal(compare(["server CPU"]), 0);
		assert.equal(compare(["p99"]), 1);
	});
});

describe("what can not be compared", function () {
	this.timeout(60_000);
	const base = oneRun(1, 1, quiet);
	const head = oneRun(2, 1, quiet);
	const changed: readonly (readonly [string, Report, RegExp])[] = [
		["another machine", { ...head, environment: { ...head.environment, machine: "other" } }, /the machines differ/],
		[
			"another workload of the same name",
			{ ...head, workloads: { "read-ratio": "other" } },
			/read-ratio is not the same/,
		],
		[
			"a cell that is missing",
			{ ...head, cells: head.cells.slice(1) },
			/servers=1 reads=100.* was not measured for head/,
		],
		[
			"other parameters",
			{ ...head, cells: head.cells.map((cell) => ({ ...cell, parameters: { ...cell.parameters, window: 9 } })) },
			/had other parameters/,
		],
		["a void cell", withBreach(head), /void for reference in head: order \(12 times\): wrong/],
	];
	for (const [name, other, sentence] of changed) {
		it(`${name}: says so`, () => {
			const comparison = compareRuns(base, other, wish);
			assert.match(comparison.obstacles.join("\n"), sentence);
			assert.equal(exitCodeOf(comparison), 3);
		});
	}

	it("does not hide a loss elsewhere", () => {
		const slower = withBreach(oneRun(2, 0.5, quiet));
		assert.equal(exitCodeOf(compareRuns(base, slower, wish)), 1);
	});

	it("is nothing when two reports of the same build are whole", () => {
		assert.deepEqual(compareRuns(base, head, wish).obstacles, []);
	});

	it("is a subject that the report does not have", () => {
		const comparison = compareSubjects(base, "base", "reference", wish);
		assert.deepEqual(comparison.obstacles, ["the report has no cell of a subject base"]);
		assert.equal(exitCodeOf(comparison), 3);
	});
});

/** In the first cell. */
function withBreach(report: Report): Report {
	const breach = { rule: "order", text: "wrong", count: 1 };
	const cells = report.cells.map((cell, index) =>
		index === 0 ? { ...cell, rounds: cell.rounds.map((round) => ({ ...round, breaches: [breach] })) } : cell,
	);
	return { ...report, cells };
}
