import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { commandLine } from "../command-line.js";
import { runCli, runCliUntil } from "../testing/run-cli.js";

describe("zkspec workload", function () {
	this.timeout(120_000);
	let folder: string;

	beforeEach(() => {
		folder = mkdtempSync(path.join(tmpdir(), "zkspec-workload-test-"));
	});
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	it("runs workloads on bundled servers that are hurt, and reports", async () => {
		const args = ["workload", "registers", "locks", "--for", "3s", "--seed", "1", "--report-json", "report.json"];
		const { code, stdout, stderr } = await runCli(args, folder);
		assert.equal(code, 0, stdout + stderr);
		assert.match(stdout, /2 runs: 2 kept, 0 violated, 0 undecided/);
		const report = JSON.parse(readFileSync(path.join(folder, "report.json"), "utf8")) as {
			readonly runs: readonly {
				readonly outcome: string;
				readonly faults: readonly string[];
				readonly left: unknown;
			}[];
		};
		assert.deepEqual(
			report.runs.map(({ outcome, left }) => ({ outcome, left })),
			[
				{ outcome: "ok", left: [] },
				{ outcome: "ok", left: [] },
			],
		);
		assert.ok(report.runs.some(({ faults }) => faults.length > 0));
		assert.deepEqual(readdirSync(folder), ["report.json"]);
	});

	it("gives the same history for the same seed in simulated time", async () => {
		const history = async (name: string, seed: string): Promise<string> => {
			const args = ["workload", "sessions", "--driver", "simulator", "--for", "2s", "--seed", seed, "--history", name];
			const { code, stdout, stderr } = await runCli(args, folder);
			assert.equal(code, 0, stdout + stderr);
			const bytes = readFileSync(path.join(folder, name));
			return bytes.subarray(bytes.indexOf("\n")).toString("latin1");
		};
		const first = await history("first.zkh", "4");
		assert.ok(first === (await history("again.zkh", "4")), "the same seed gave another history");
		assert.ok(first !== (await history("other.zkh", "5")), "another seed gave the same history");
	});

	it("heals, judges and leaves when it is interrupted", async () => {
		const args = [
			"workload",
			"queue",
			"--for",
			"10m",
			"--seed",
			"1",
			"--report-json",
			path.join(folder, "report.json"),
		];
		const { code, stdout, stderr } = await runCliUntil(args, "clients, 600 s", "SIGINT");
		assert.equal(code, 130, stdout + stderr);
		assert.match(stdout, /kept {2}judged/);
		assert.doesNotMatch(stdout, /left behind/);
	});

	it("says what is wrong with what it was asked for", async () => {
		const { code, stderr } = await runCli(["workload"], folder);
		assert.equal(code, 2, stderr);
		assert.match(stderr, /name a workload \(bank, .*\), or say --all/);
		const cases: readonly (readonly [readonly string[], RegExp])[] = [
			[["regsters"], /no workload "regsters"; did you mean "registers"\?/],
			[["registers", "--for", "5"], /Expected a duration such as 500ms/],
			[["registers", "--target", "a:1", "--servers", "5"], /--servers is for servers that are started/],
			[["registers", "--faults", "faults.yaml"], /name them with --target/],
			[["registers", "--driver", "docker"], /--driver docker: expected bundled, simulator, external or module:FILE/],
			[["registers", "--driver", "module:none.js"], /module:none.js can not be loaded/],
		];
		for (const [args, message] of cases) {
			const told: string[] = [];
			assert.equal(await commandLine(["workload", ...args], (text) => told.push(text)), 2, told.join());
			assert.match(told.join("\n"), message);
		}
	});

	it("tells a target that is not there", async () => {
		const { code, stderr } = await runCli(["workload", "registers", "--target", "127.0.0.1:1"], folder);
		assert.equal(code, 3);
		assert.match(stderr, /no connection to 127.0.0.1:1/);
	});
});
