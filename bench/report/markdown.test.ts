import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Breach } from "../load/contract.js";
import { chartsOf } from "./charts.js";
import { describeMarkdown } from "./markdown.js";
import type { Report } from "./report.js";
import { type MadeUpCell, madeUpReport, quiet } from "./testing/made-up-report.js";

function readRatio(subject: string, servers: number, reads: number, operationsPerSecond: number): MadeUpCell {
	return { subject, servers, parameters: { reads, window: 50 }, operationsPerSecond, writes: 1 - reads / 100 };
}

function reportOf(cells: readonly MadeUpCell[]): Report {
	return madeUpReport({ cells, rounds: 3, seed: 1, noise: quiet });
}

/** What stands under this title in the row that begins with these. */
function figure(markdown: string, begin: readonly string[], title: string): string | undefined {
	const lines = markdown.split("\n");
	const at = lines.findIndex((line) => line.startsWith(`| ${begin.join(" | ")} |`));
	assert.ok(at > 0, `no row ${begin.join(" | ")} in\n${markdown}`);
	const ruleAt = lines.findLastIndex((line, index) => index < at && /^\| :?-/.test(line));
	const head = lines[ruleAt - 1];
	const column = cellsOf(head ?? "").indexOf(title);
	return cellsOf(lines[at] ?? "")[column];
}

function cellsOf(line: string): string[] {
	return line.split("|").map((text) => text.trim());
}

function withBreach(report: Report, at: readonly number[], breach: Breach): Report {
	const cells = report.cells.map((cell, index) => {
		const rounds = cell.rounds.map((round, number) => (at.includes(number) ? { ...round, breaches: [breach] } : round));
		return index === 0 ? { ...cell, rounds } : cell;
	});
	return { ...report, cells };
}

describe("the report as Markdown", function () {
	this.timeout(60_000);
	const cells = [1, 3].flatMap((servers) => [
		readRatio("reference", servers, 100, 240_000 / servers),
		readRatio("apache-3.8.0", servers, 100, 80_000 / servers),
	]);

	it("tells what was equal once, and each cell in a row", () => {
		const text = describeMarkdown(reportOf(cells));
		assert.match(text, /In all rows: reads 100, window 50\./);
		assert.equal(figure(text, ["3", "reference"], "ops/s"), "80,000");
		assert.equal(figure(text, ["1", "apache-3.8.0"], "ops/s"), "80,000");
	});

	it("puts subjects of one run side by side", () => {
		const text = describeMarkdown(reportOf(cells));
		assert.match(text, /\| read-ratio servers=3 \| reference \/ apache-3\.8\.0 \| × 3\.00 \| × 0\.3\d \|/);
	});

	it("projects from the busiest server, and calls it a projection", () => {
		const text = describeMarkdown(reportOf([readRatio("reference", 5, 100, 40_000)]));
		// A read costs the server that answers it 5 µs, and each of five answers a fifth.
		assert.equal(figure(text, ["reference"], "own cores: ops/s"), "1,000,000");
		assert.match(text, /share 2 cores.*projection.*not a measurement/);
	});

	it("says nothing of cores that servers elsewhere do not share", () => {
		const report = reportOf([readRatio("target", 3, 100, 40_000), readRatio("target", 3, 0, 10_000)]);
		const elsewhere = report.cells.map((cell) => ({
			...cell,
			rounds: cell.rounds.map((round) => ({ ...round, servers: round.servers.map(({ id, role }) => ({ id, role })) })),
		}));
		assert.equal(figure(describeMarkdown(report), ["100", "target"], "cores"), "2");
		const text = describeMarkdown({ ...report, cells: elsewhere });
		assert.doesNotMatch(text, /share 2 cores/);
		assert.equal(figure(text, ["100", "target"], "cores"), undefined);
		const onCores = (cells: Report["cells"]) => JSON.stringify(chartsOf({ ...report, cells })).includes("on 2 cores");
		assert.deepEqual([onCores(report.cells), onCores(elsewhere)], [true, false]);
	});

	it("holds slopes against the paper's", () => {
		const text = describeMarkdown(
			reportOf([readRatio("reference", 3, 0, 20_000), readRatio("reference", 13, 0, 10_000)]),
		);
		assert.match(text, /\| 0 % reads \| paper \| 21,000 \|.* 8,000 \(× 0\.38\) \|/);
		assert.match(text, /\| 0 % reads \| reference \| 20,000 \|.* 10,000 \(× 0\.50\) \|/);
		assert.doesNotMatch(text, /100 % reads/);
	});

	it("puts creates and barriers beside the paper's, by workers and clients", () => {
		const cell = readRatio("reference", 3, 0, 20_000);
		const creates = {
			...cell,
			workload: "create-latency",
			parameters: { workers: 10 },
			figures: { createsPerSecond: 900 },
		};
		const barriers = { ...cell, workload: "double-barriers", parameters: { barriers: 20, clients: 50 } };
		const text = describeMarkdown(reportOf([creates, { ...barriers, figures: { durationMs: 500 } }]));
		assert.match(text, /\| 10 workers \| paper \| 2,070 \|.*\n\| 10 workers \| reference \| 900 \|/);
		assert.match(text, /\| 200 barriers \| paper \| 9\.40 \| 19\.8 \(× 2\.11\)/);
		assert.match(text, /\| 20 barriers \| reference \| 0\.500 \|/);
	});

	it("gives no figure to a cell in which one reply was wrong, and says why", () => {
		const breach = { rule: "lost-write", text: "an acknowledged write | is gone", count: 2 };
		const text = describeMarkdown(withBreach(reportOf(cells), [1], breach));
		assert.equal(figure(text, ["1", "reference"], "ops/s"), "void");
		assert.match(text, /## Void\n\n- .*reference: void: lost-write \(2 times\): an acknowledged write \\\| is gone/);
		assert.match(text, /\| read-ratio servers=1 .* \| void \| void \|/);
	});

	it("leaves out the rounds in which the client was the limit, and gives no figure when that was so in all", () => {
		const breach = { rule: "client-bound", text: "the client was busy", count: 1 };
		const textWith = (at: readonly number[]) => describeMarkdown(withBreach(reportOf(cells), at, breach));
		assert.equal(figure(textWith([1]), ["1", "reference"], "rounds"), "2 of 3");
		assert.equal(figure(textWith([1]), ["1", "reference"], "ops/s"), "240,000");
		assert.equal(figure(textWith([0, 1, 2]), ["1", "reference"], "ops/s"), "void");
	});

	it("says figures of one workload in their units", () => {
		const failing = {
			...readRatio("reference", 3, 70, 30_000),
			workload: "failures",
			figures: { gapMs: 250, bytesPerZnode: 512 },
		};
		const text = describeMarkdown(reportOf([failing]));
		assert.match(text, /\| gap \| bytes per znode \|/);
		assert.match(text, /\| 250 ms \| 512 B \|/);
	});
});
