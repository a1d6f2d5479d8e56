import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "mocha";
import type { Report } from "../report/report.js";
import { ReportError } from "../report/report-file.js";
import { madeUpReport, quiet, someCell } from "../report/testing/made-up-report.js";
import { appendTrend, readTrend, trendEntry } from "./trend.js";
import { describeTrend, describeTrendPage } from "./trend-text.js";

/** Measured on this day of January. */
function reportOf(day: number, operationsPerSecond: number): Report {
	const cells = [{ ...someCell, operationsPerSecond }];
	const report = madeUpReport({ cells, rounds: 2, seed: 1, noise: quiet });
	return { ...report, startedAt: `2026-01-${String(day).padStart(2, "0")}T12:00:00.000Z` };
}

describe("the trend", function () {
	this.timeout(60_000);
	let folder = "";
	let file = "";
	before(() => {
		folder = mkdtempSync(path.join(tmpdir(), "zkspec-trend-"));
		file = path.join(folder, "kept", "trend.jsonl");
	});
	after(() => rmSync(folder, { recursive: true, force: true }));

	it("grows by a line a report, and not twice by the same", () => {
		assert.equal(appendTrend(file, reportOf(3, 50_000)), "added");
		assert.equal(appendTrend(file, reportOf(1, 40_000)), "added");
		assert.equal(appendTrend(file, reportOf(3, 50_000)), "known");
		assert.equal(readFileSync(file, "utf8").trim().split("\n").length, 2);
	});

	it("is read in the order of time", () => {
		assert.deepEqual(
			readTrend(file).map(({ startedAt }) => startedAt.slice(0, 10)),
			["2026-01-01", "2026-01-03"],
		);
	});

	it("tells the first, the one before and the last", () => {
		const entries = [50_000, 40_000, 44_000].map((rate, index) => trendEntry(reportOf(index + 1, rate)));
		const row = describeTrend(entries)
			.split("\n")
			.find((line) => line.includes("reads=50"));
		assert.match(row ?? "", /\| 3 \| 44,000 \|.*\| 0\.125 \| 0\.100 \| 0\.110 \| \+10\.0 % \| -12\.0 % \|/);
	});

	it("does not compare machines with each other, nor workloads that were changed", () => {
		const [first, other] = [trendEntry(reportOf(1, 50_000)), trendEntry(reportOf(2, 40_000))];
		const changed = { ...other, cells: other.cells.map((cell) => ({ ...cell, digest: "changed" })) };
		const rows = (text: string) => text.split("\n").filter((line) => line.includes("reads=50"));
		assert.equal(rows(describeTrend([first, other])).length, 1);
		assert.equal(rows(describeTrend([first, { ...other, machine: "another" }])).length, 2);
		assert.match(describeTrend([first, changed]), /reads=50 \(workload change\)/);
	});

	it("says void where a report has no figure", () => {
		const report = reportOf(1, 50_000);
		const breach = { rule: "order", text: "wrong", count: 1 };
		const cells = report.cells.map((cell) => ({
			...cell,
			rounds: cell.rounds.map((round) => ({ ...round, breaches: [breach] })),
		}));
		assert.match(describeTrend([trendEntry({ ...report, cells })]), /reads=50 \|.*\| void \| void \|/);
	});

	it("has a page with its points", () => {
		const page = describeTrendPage([trendEntry(reportOf(1, 50_000)), trendEntry(reportOf(2, 40_000))]);
		assert.match(page, /"scale":"time"/);
		assert.match(page, /"y":50000,.*"y":40000,/);
	});

	it("refuses a line that is no entry, and says which", () => {
		const wrong = path.join(folder, "wrong.jsonl");
		writeFileSync(wrong, `${JSON.stringify(trendEntry(reportOf(1, 1000)))}\n`);
		appendFileSync(wrong, '{"schema":"other"}\n');
		assert.throws(
			() => readTrend(wrong),
			(error) => error instanceof ReportError && error.message.startsWith(`${wrong}:2 is no entry`),
		);
	});
});
