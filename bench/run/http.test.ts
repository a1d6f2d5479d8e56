import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { readReport } from "../report/report-file.js";

const main = fileURLToPath(new URL("main.js", import.meta.url));

async function run(args: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }> {
	const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
	const said = Promise.all([text(child.stdout), text(child.stderr)]);
	const [code] = (await once(child, "exit")) as [number | null];
	return { code, said: (await said).join("") };
}

describe("npm run bench -- http", function () {
	this.timeout(120_000);
	const folder = mkdtempSync(path.join(tmpdir(), "zkspec-bench-http-"));
	after(() => rmSync(folder, { recursive: true, force: true }));

	it("measures gateways and admin endpoints of servers that it starts", async () => {
		const json = path.join(folder, "report.json");
		const args = ["http", "admin", "--servers", "1", "--reads", "50", "--smoke", "--for", "2s", "--json", json];
		const { code, said } = await run(args);
		assert.equal(code, 0, said);
		const { cells } = readReport(json);
		assert.deepEqual(
			cells.map(({ workload, parameters: { reads } }) => [workload, reads]),
			[
				["http", 50],
				["admin", 50],
			],
		);
		const [http, admin] = cells.map(({ rounds }) => rounds[0]);
		assert.ok((http?.load.operations ?? 0) > 0);
		assert.ok((http?.servers[0]?.cpuMicros ?? 0) > 0);
		assert.ok((admin?.figures?.idleAdminPerSecond ?? 0) > 0);
	});

	it("says that other servers have no gateway, before it measures anything", async () => {
		const { code, said } = await run(["http", "--target", "127.0.0.1:1"]);
		assert.equal(code, 2);
		assert.match(said, /^bench: http is for the bundled servers: target has no REST gateway$/m);
	});
});
