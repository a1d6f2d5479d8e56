import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { waitFor } from "../../ci/ensembles/bounded-wait.js";
import { leftoversOf } from "../../ci/ensembles/leftovers.js";
import { Codec } from "../../conformance/client/codec.js";
import { loadWireSpec } from "../../spec/load/wire.js";
import { liars } from "../load/testing/lies.js";
import { SmallServer } from "../load/testing/small-server.js";
import { readReport } from "../report/report-file.js";
import { runBench } from "./testing/run-bench.js";

describe("npm run bench", function () {
	this.timeout(90_000);
	let folder: string;
	beforeEach(() => {
		folder = mkdtempSync(path.join(tmpdir(), "zkspec-bench-test-"));
	});
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	it("measures the bundled server, and writes what it measured in three forms", async () => {
		const [json, markdown, html] = ["r.json", "r.md", "r.html"].map((name) => path.join(folder, name)) as [
			string,
			string,
			string,
		];
		const files = ["--json", json, "--markdown", markdown, "--html", html];
		const { code, stdout, stderr } = await runBench(["--smoke", "--servers", "1", "--reads", "100,0", ...files]);
		assert.equal(code, 0, stdout + stderr);
		const { cells, workloads } = readReport(json);
		assert.deepEqual(Object.keys(workloads), ["read-ratio"]);
		assert.deepEqual(
			cells.map(({ subject, servers, parameters }) => [subject, servers, parameters.reads]),
			[
				["reference", 1, 100],
				["reference", 1, 0],
			],
		);
		for (const { load, servers, calibration, idleCores } of cells.flatMap(({ rounds }) => rounds)) {
			assert.ok(load.operations > 0);
			assert.equal(servers[0]?.role, "standalone");
			assert.ok((servers[0]?.memoryBytes ?? 0) > 1e6);
			assert.ok(calibration.echoesPerSecond > 0 && calibration.flushesPerSecond > 0 && calibration.turnsPerSecond > 0);
			assert.ok(idleCores !== undefined && idleCores >= 0);
		}
		assert.match(readFileSync(markdown, "utf8"), /read-ratio/);
		assert.match(readFileSync(html, "utf8"), /<html/i);
	});

	for (const [name, at, when, due] of [
		["SIGINT", "about", "while they start", 130],
		["SIGTERM", "p99", "while they are measured", 143],
	] as const) {
		it(`stops its servers and leaves nothing behind after ${name} ${when}`, async () => {
			const run = { temporaryFolder: folder, signal: { name, at } };
			const args = ["--servers", "1", "--smoke", "--rounds", "1000", "--reads", "100"];
			const { code, stderr } = await runBench(args, run);
			assert.equal(code, due, stderr);
			await waitFor("nothing is left", 20_000, () => (leftoversOf(folder).length === 0 ? true : undefined));
		});
	}

	// As long as a slow machine takes for the thousandth write, which is the first that is dropped.
	const lies = { "drops-writes": /lost-write/, "stale-reads": /stale-read/, "out-of-order": /order/ };
	for (const [name, rule] of Object.entries(lies)) {
		it(`has no figure of a server that ${name.replaceAll("-", " ")}, and says why`, async () => {
			const server = await SmallServer.start(new Codec(loadWireSpec()), liars[name]?.());
			try {
				const target = `${server.address.host}:${server.address.port}`;
				const json = path.join(folder, "void.json");
				const args = ["--target", target, "--smoke", "--reads", "50", "--for", "3s", "--json", json];
				const { code, stdout, stderr } = await runBench(args);
				assert.equal(code, 1, stdout + stderr);
				assert.match(stdout, new RegExp(`VOID {2}.*${rule.source}`));
				assert.match(JSON.stringify(readReport(json).cells[0]?.rounds[0]?.load.breaches), rule);
			} finally {
				server.stop();
			}
		});
	}

	it("has a figure of that server when it tells the truth", async () => {
		const server = await SmallServer.start(new Codec(loadWireSpec()));
		try {
			const target = `${server.address.host}:${server.address.port}`;
			const { code, stdout, stderr } = await runBench(["--target", target, "--reads", "50", "--smoke"]);
			// The client may be the faster one on a machine with idle cores; what it saw is right all the same.
			assert.ok(code === 0 || /client-bound/.test(stdout), stdout + stderr);
			assert.doesNotMatch(stdout, /lost-write|stale-read|order:/);
		} finally {
			server.stop();
		}
	});

	it("says in one line what is wrong with its use, and ends with 2", async () => {
		for (const [args, message] of [
			[["read-ratoi"], /did you mean "read-ratio"/],
			[["--against", folder], /no build/],
			[["--json", folder], /--json .* can not be written/],
		] as const) {
			const { code, stderr } = await runBench(args);
			assert.equal(code, 2, `${args.join(" ")}: ${stderr}`);
			assert.match(stderr, message);
			assert.equal(stderr.trimEnd().split("\n").length, 1);
		}
	});

	it("lists its workloads, and says when nobody serves", async () => {
		const { code, stdout } = await runBench(["--list"]);
		assert.equal(code, 0);
		assert.match(stdout, /^read-ratio +.*\(figure 5, table 1 of the paper\)$/m);
		const refused = await runBench(["--target", "127.0.0.1:1", "--smoke"]);
		assert.equal(refused.code, 1);
		assert.match(refused.stderr, /^bench: no connection to 127.0.0.1:1/);
	});
});
