import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, describe, it } from "mocha";
import type { Report } from "../report/report.js";
import { writeReport } from "../report/report-file.js";
import { type MadeUpCell, madeUpReport, quiet } from "../report/testing/made-up-report.js";

const main = fileURLToPath(new URL("main.js", import.meta.url));

function cell(subject: string, reads: number, operationsPerSecond: number): MadeUpCell {
	return { subject, servers: 3, parameters: { reads }, operationsPerSecond, writes: 1 - reads / 100 };
}

function reportOf(cells: readonly MadeUpCell[]): Report {
	return madeUpReport({ cells, rounds: 6, seed: 1, noise: { ...quiet, round: 0.002 } });
}

const base = reportOf([cell("reference", 100, 50_000), cell("reference", 0, 20_000)]);
const slower = reportOf([cell("reference", 100, 50_000), cell("reference", 0, 18_000)]);

describe("bench compare", function () {
	this.timeout(60_000);
	let folder = "";
	const at = (name: string) => path.join(folder, name);
	const bench = (...args: readonly string[]) => {
		const { status, stdout, stderr } = spawnSync(process.execPath, [main, "compare", ...args], { encoding: "utf8" });
		return { status, stdout, stderr };
	};

	before(() => {
		folder = mkdtempSync(path.join(tmpdir(), "zkspec-compare-"));
		writeReport(at("base.json"), base);
		writeReport(at("slower.json"), slower);
		writeReport(at("elsewhere.json"), { ...base, environment: { ...base.environment, machine: "another" } });
		writeReport(at("two.json"), reportOf([cell("base", 0, 20_000), cell("head", 0, 18_000)]));
		writeFileSync(at("other.json"), "{}");
	});
	after(() => rmSync(folder, { recursive: true, force: true }));

	it("ends with 0 where nothing is slower", () => {
		const { status, stdout } = bench(at("base.json"), at("base.json"));
		assert.equal(status, 0, stdout);
		assert.match(stdout, /same or better in 2 cells/);
	});

	it("ends with 1 for a regression, names its cell, and writes what a pull request shows", () => {
		const { status, stdout } = bench(at("base.json"), at("slower.json"), "--markdown", at("pr.md"));
		assert.equal(status, 1, stdout);
		assert.match(stdout, /worse +read-ratio reads=0 \(reference\) +throughput +-\d+\.\d %/);
		assert.match(stdout, /regression in 1 of 2 cells/);
		const markdown = readFileSync(at("pr.md"), "utf8");
		assert.match(markdown, /^## Benchmark: regression in 1 of 2 cells/);
		assert.match(markdown, /\| worse \| read-ratio reads=0 \(reference\) \| throughput \| -10\.\d %/);
	});

	it("compares two builds of one report, with the threshold that is given", () => {
		assert.equal(bench(at("two.json")).status, 1);
		assert.equal(bench(at("two.json"), "--fail-over", "15%").status, 0);
		assert.equal(bench(at("two.json"), "--subjects", "head,base").status, 0);
	});

	it("ends with 3 for another machine, and for subjects that are not there", () => {
		const { status, stdout } = bench(at("base.json"), at("elsewhere.json"));
		assert.equal(status, 3);
		assert.match(stdout, /the machines differ/);
		assert.equal(bench(at("base.json")).status, 3);
	});

	const wrong: readonly (readonly [string, () => readonly string[], RegExp])[] = [
		["no report", () => [], /missing required argument/],
		["a file that is not there", () => [at("nowhere.json")], /can not be read/],
		["a file that is no report", () => [at("other.json")], /is no benchmark report/],
		["a threshold that is none", () => [at("two.json"), "--fail-over", "much"], /Expected a share/],
	];
	for (const [name, args, message] of wrong) {
		it(`ends with 2 for ${name}`, () => {
			const { status, stderr } = bench(...args());
			assert.equal(status, 2, stderr);
			assert.match(stderr, message);
		});
	}
});
