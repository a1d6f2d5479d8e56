import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type BundledEnsemble, startBundledEnsemble } from "../../drivers/bundled-ensemble.js";
import { fourLetterWord } from "../../drivers/four-letter-word.js";
import { makeTemporaryFolder, type TemporaryFolder } from "../../drivers/temporary-folder.js";
import { until } from "../../drivers/testing/far.js";
import { runCli, runCliUntil } from "../testing/run-cli.js";

const timeoutMs = 120_000;

describe("zkspec workload on servers that somebody else runs", function () {
	this.timeout(timeoutMs);
	const systemsFolder = process.env.TMPDIR;
	let ensemble: BundledEnsemble;
	let folder: TemporaryFolder;

	before(async () => {
		folder = makeTemporaryFolder("zkspec-foreign");
		ensemble = await startBundledEnsemble({ servers: 3 });
		writeFileSync(file("faults.yaml"), faults());
		writeFileSync(file("paused.yaml"), workload);
	});
	after(async () => {
		await ensemble.stop();
		folder.remove();
	});

	const file = (name: string): string => path.join(folder.path, name);
	const target = (): string => ensemble.members.map(({ host, port }) => `${host}:${port}`).join(",");
	const faults = (): string =>
		[
			"zkspec: faults/v1",
			"title: processes that the user knows",
			`servers: [${ensemble.members.map(({ pid }) => `{ pid: ${pid} }`).join(", ")}]`,
			"commands:",
			"  pause: kill -STOP {pid}",
			"  resume: kill -CONT {pid}",
		].join("\n");
	const args = (...more: readonly string[]): string[] => {
		const hurt = ["--target", target(), "--faults", file("faults.yaml")];
		return ["workload", file("paused.yaml"), ...hurt, ...more];
	};

	it("hurts them with the user's own commands, and judges", async () => {
		const report = file("report.json");
		const { code, stdout, stderr } = await runCli(args("--seed", "1", "--report-json", report), folder.path);
		assert.equal(code, 0, stdout + stderr);
		const { runs } = JSON.parse(readFileSync(report, "utf8")) as {
			readonly runs: readonly { readonly outcome: string; readonly faults: readonly string[] }[];
		};
		assert.deepEqual(
			runs.map(({ outcome }) => outcome),
			["ok"],
		);
		assert.ok(
			runs[0]?.faults.some((text) => /pause/.test(text)),
			stdout,
		);
	});

	it("leaves nothing behind when it is killed in the middle", async () => {
		const temporary = file("temporary");
		mkdirSync(temporary);
		process.env.TMPDIR = temporary;
		try {
			const { code } = await runCliUntil(args("--for", "10m"), "4 clients, 600 s", "SIGKILL");
			assert.equal(code, null);
		} finally {
			if (systemsFolder === undefined) delete process.env.TMPDIR;
			else process.env.TMPDIR = systemsFolder;
		}
		await until(() => readdirSync(temporary).length === 0, timeoutMs);
		for (const address of ensemble.members)
			await until(async () => /^Mode: /m.test(await fourLetterWord(address, "srvr")), timeoutMs);
	});
});

const workload = `
zkspec: workload/v1
workload: paused
title: A few nodes on servers that pause
clauses: [consistency.linearizable-writes]
clients: 4
duration: 3s
sessionTimeout: 4s
parameters: { nodes: 2 }
setUp: [{ create: "/r{*nodes}" }]
steps:
  - { weight: 1, getData: "/r{nodes}" }
  - { weight: 1, setData: "/r{nodes}" }
faults:
  every: [200ms, 600ms]
  choices: [{ weight: 1, do: { pause: any }, for: [100ms, 400ms] }]
`;
