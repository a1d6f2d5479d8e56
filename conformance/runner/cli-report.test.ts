import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, it } from "mocha";
import { packageRoot } from "../../spec/load/package-root.js";
import type { Report } from "./report.js";
import { runCli } from "./testing/run-cli.js";

const example = path.join(packageRoot, "spec", "examples", "clickhouse");

describe("a run on the bundled server", function () {
	this.timeout(60_000);

	it("writes reports that fit their schema and tell the same", async () => {
		const folder = mkdtempSync(path.join(tmpdir(), "zkspec-test-"));
		const file = (name: string): string => path.join(folder, name);
		const reports = [
			"--report-json",
			file("r.json"),
			"--report-junit",
			file("r.xml"),
			"--report-markdown",
			file("r.md"),
		];
		const wanted = ["--servers", "1", "--spec", example, "--only", "create.exists", "--only", "clickhouse.try-remove"];
		const { code, stdout } = await runCli([...wanted, ...reports]);
		const report = JSON.parse(readFileSync(file("r.json"), "utf8")) as Report;
		const schema = JSON.parse(readFileSync(path.join(packageRoot, "spec", "schema", "report.v1.json"), "utf8"));
		const validate = new Ajv2020({ allErrors: true, strictTypes: false, allowUnionTypes: true }).compile(schema);
		assert.ok(validate(report), JSON.stringify(validate.errors));
		const junit = readFileSync(file("r.xml"), "utf8");
		const markdown = readFileSync(file("r.md"), "utf8");
		rmSync(folder, { recursive: true });
		assert.equal(code, 0, stdout);
		assert.equal(report.counts.scenarios.skipped, 1);
		assert.match(junit, /<skipped message="needs op\.tryRemove: the server does not know this operation"\/>/);
		assert.match(markdown, /\| 1 \| needs op\.tryRemove: the server does not know this operation \|/);
		assert.match(stdout, /ok +create\.exists/);
	});

	it("lists a user's own operations and scenarios and skips them with a reason", async () => {
		const list = await runCli(["--spec", example, "--only", "clickhouse-keeper", "--list"]);
		const { code, stdout } = await runCli(["--servers", "1", "--spec", example, "--only", "clickhouse-keeper"]);
		assert.match(list.stdout, /^8 scenarios for 8 clauses$/m);
		assert.equal(list.code, 0);
		assert.match(stdout, /^scenarios: 8: 8 skipped$/m);
		assert.match(stdout, /1 {2}needs op\.listRecursive: the server does not know this operation/);
		assert.equal(code, 4);
	});

	it("turns every expectation of a scenario around and sees each fail", async () => {
		const { code, stdout } = await runCli(["--servers", "1", "--flip-all", "--only", "order.xid-echo"]);
		assert.match(stdout, /^flipped (\d+) expectations: \1 \(100\.00 %\) fail as they should/m);
		assert.equal(code, 0, stdout);
	});
});
