import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("main.js", import.meta.url));

describe("npm run whole-set", function () {
	this.timeout(60_000);
	let folder = "";
	before(() => {
		folder = mkdtempSync(path.join(tmpdir(), "zkspec-whole-set-test-"));
	});
	after(() => rmSync(folder, { recursive: true, force: true }));

	it("tells what it does not understand before anything runs", () => {
		for (const [args, message] of [
			[["--for", "5"], /'--for <duration>' argument '5' is invalid/],
			[["--seed", "x"], /'--seed <n>' argument 'x' is invalid/],
			[["--ground", "moon"], /Expected one of bundled-3, .*simulator\./],
		] as const) {
			const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: "utf8" });
			assert.match(stderr, message);
			assert.deepEqual([status, stdout], [2, ""]);
		}
	});

	it("ends what it has begun when it is interrupted, tells of it, and leaves nothing", async () => {
		const env = { ...process.env, TMPDIR: folder };
		const args = [main, "--ground", "simulator", "--for", "60s"];
		const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
		const lines: string[] = [];
		const told = createInterface(child.stdout);
		told.on("line", (line) => {
			lines.push(line);
			// Its signals are watched once it runs scenarios.
			if (/^ {2}(ok|skipped) /.test(line) && !child.killed) child.kill("SIGINT");
		});
		const [[code]] = await Promise.all([once(child, "exit"), once(told, "close")]);
		assert.equal(code, 130, lines.slice(-20).join("\n"));
		assert.equal(lines.filter((line) => line.startsWith("> zkspec")).length, 1);
		assert.match(lines.join("\n"), /\| simulator \| scenarios \|.*\| 130 \|/);
		assert.deepEqual(readdirSync(folder), []);
	});
});
