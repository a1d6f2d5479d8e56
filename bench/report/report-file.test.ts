import assert from "node:assert/strict";
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "mocha";
import type { Report } from "./report.js";
import { ReportError, readReport, writeReport } from "./report-file.js";
import { madeUpReport, realistic, someCell } from "./testing/made-up-report.js";

const events = [{ atMs: 500, text: "leader killed" }];
const report = madeUpReport({
	cells: [someCell, { ...someCell, workload: "failures", figures: { gapMs: 250 }, events }],
	rounds: 2,
	seed: 1,
	noise: realistic,
});

describe("the report's file", function () {
	this.timeout(60_000);
	let folder = "";
	let file = "";
	before(() => {
		folder = mkdtempSync(path.join(tmpdir(), "zkspec-report-"));
		file = path.join(folder, "deeper", "report.json");
	});
	after(() => rmSync(folder, { recursive: true, force: true }));

	it("is read as it was written, and nothing else is left beside it", () => {
		writeReport(file, report);
		assert.deepEqual(readReport(file), report);
		assert.deepEqual(readdirSync(path.dirname(file)), ["report.json"]);
	});

	it("goes into what is no file, and leaves it there", () => {
		const nowhere = path.join(folder, "nowhere");
		symlinkSync("/dev/null", nowhere);
		writeReport(nowhere, report);
		assert.ok(lstatSync(nowhere).isSymbolicLink());
	});

	it("is not written with a figure that is no number, and says where that is", () => {
		const [first] = report.cells;
		const [round] = first?.rounds ?? [];
		assert.ok(first !== undefined && round !== undefined);
		const load = { ...round.load, operationsPerSecond: Number.NaN };
		const wrong: Report = { ...report, cells: [{ ...first, rounds: [{ ...round, load }] }] };
		const other = path.join(folder, "wrong.json");
		assert.throws(
			() => writeReport(other, wrong),
			(error) =>
				error instanceof ReportError &&
				error.message.includes("cells.0.rounds.0.load.operationsPerSecond: found nothing (null)"),
		);
		assert.ok(!readdirSync(folder).includes("wrong.json"));
	});

	const refusals: readonly (readonly [string, string, RegExp])[] = [
		["text that is not JSON", "{", /is not JSON/],
		[
			"another version",
			JSON.stringify({ ...report, schema: "zkspec-bench-report/2" }),
			/at schema: .*expected "zkspec-bench-report\/1"/,
		],
		["an unknown field", JSON.stringify({ ...report, sede: 1 }), /unknown key "sede".*did you mean "seed"/],
		["a missing field", JSON.stringify({ ...report, cells: undefined }), /key "cells" is missing/],
	];
	for (const [name, text, message] of refusals) {
		it(`refuses ${name}`, () => {
			const other = path.join(folder, "refused.json");
			writeFileSync(other, text);
			assert.throws(
				() => readReport(other),
				(error) => error instanceof ReportError && message.test(error.message),
			);
			assert.equal(readFileSync(other, "utf8"), text);
		});
	}
});
