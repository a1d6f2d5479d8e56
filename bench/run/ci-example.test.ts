import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "mocha";
import { parse } from "yaml";
import { packageRoot } from "../../spec/load/package-root.js";

interface Workflow {
	readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly run?: string }[] }>>;
}

const main = path.join(packageRoot, "dist", "bench", "run", "main.js");

/** What follows `npm run bench --` in the steps of a job, in their order. */
function benchLines(job: string): readonly (readonly string[])[] {
	const file = path.join(packageRoot, "ci", "github-actions-bench.yml");
	const workflow = parse(readFileSync(file, "utf8")) as Workflow;
	const commands = (workflow.jobs[job]?.steps ?? []).flatMap(({ run = "" }) => run.split("&&"));
	const found = commands.flatMap((command) => /npm run bench -- (.*)/.exec(command)?.[1] ?? []);
	return found.map((args) => args.trim().split(/\s+/));
}

describe("the example for hosted CI", function () {
	this.timeout(240_000);
	let folder = "";
	before(() => {
		folder = mkdtempSync(path.join(tmpdir(), "zkspec-ci-example-"));
	});
	after(() => rmSync(folder, { recursive: true, force: true }));

	/** As the step does, but once and for a moment, from which nobody can conclude a loss: with this build as the other one too, and files in a folder that goes. */
	const bench = (args: readonly string[]): void => {
		const moved = args.map((arg) => {
			if (arg === "../base") return packageRoot;
			return /\.(?:json|jsonl|md|html)$/.test(arg) ? path.join(folder, path.basename(arg)) : arg;
		});
		const isMeasured = args.includes("--json");
		const { status, stdout, stderr } = spawnSync(
			process.execPath,
			[
				main,
				...moved,
				...(isMeasured ? ["--servers", "1", "--reads", "50", "--for", "100ms", "--rounds", "1", "--smoke"] : []),
			],
			{ encoding: "utf8" },
		);
		assert.equal(status, 0, `${args.join(" ")}\n${stdout}\n${stderr}`);
	};

	it("measures both builds in turns and has something to comment", () => {
		const lines = benchLines("compare");
		assert.equal(lines.length, 2);
		for (const line of lines) bench(line);
		assert.match(readFileSync(path.join(folder, "comment.md"), "utf8"), /^## Benchmark: .*\n\nhead against base/);
		assert.ok(existsSync(path.join(folder, "report.html")));
	});

	it("keeps a trend", () => {
		const lines = benchLines("trend");
		assert.equal(lines.length, 2);
		for (const line of lines) bench(line);
		assert.match(readFileSync(path.join(folder, "trend.md"), "utf8"), /read-ratio: reference/);
	});
});
