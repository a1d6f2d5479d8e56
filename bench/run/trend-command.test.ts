import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, describe, it } from "mocha";
import { writeReport } from "../report/report-file.js";
import { madeUpReport, quiet, someCell } from "../report/testing/made-up-report.js";

const main = fileURLToPath(new URL("main.js", import.meta.url));

describe("bench trend", function () {
	this.timeout(60_000);
	let folder = "";
	const at = (name: string) => path.join(folder, name);
	const bench = (...args: readonly string[]) =>
		spawnSync(process.execPath, [main, "trend", ...args], { encoding: "utf8" });

	before(() => {
		folder = mkdtempSync(path.join(tmpdir(), "zkspec-trend-"));
		writeReport(at("one.json"), madeUpReport({ cells: [someCell], rounds: 2, seed: 1, noise: quiet }));
	});
	after(() => rmSync(folder, { recursive: true, force: true }));

	it("adds reports and tells them", () => {
		const { status, stdout, stderr } = bench(at("trend.jsonl"), "--add", at("one.json"));
		assert.equal(status, 0, stderr);
		assert.match(stdout, /## read-ratio: reference\s[\s\S]*reads=50/);
	});

	it("writes tables and a page of what it has", () => {
		const { status, stderr } = bench(at("trend.jsonl"), "--markdown", at("trend.md"), "--html", at("trend.html"));
		assert.equal(status, 0, stderr);
		assert.match(readFileSync(at("trend.md"), "utf8"), /reads=50/);
		assert.match(readFileSync(at("trend.html"), "utf8"), /<div id="charts">/);
	});

	it("ends with 2 for a file that is not there", () => {
		const { status, stderr } = bench(at("nowhere.jsonl"));
		assert.equal(status, 2);
		assert.match(stderr, /bench: .*nowhere\.jsonl/);
	});
});
