import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitFor } from "./bounded-wait.js";
import { standsStill } from "./stands-still.js";

describe("whether a process stands still", () => {
	before(function () {
		if (process.platform !== "linux") this.skip();
	});

	it("is told by all its threads, whatever their names", () => {
		const proc = mkdtempSync(join(tmpdir(), "zkspec-proc-"));
		const thread = (id: number, state: string): void => {
			const folder = join(proc, "7", "task", `${id}`);
			mkdirSync(folder, { recursive: true });
			writeFileSync(join(folder, "stat"), `${id} (VM (R) thread) ${state} 1 7 7 0`);
		};
		try {
			thread(7, "T");
			thread(8, "R");
			assert.equal(standsStill(7, proc), false);
			thread(8, "T");
			assert.equal(standsStill(7, proc), true);
		} finally {
			rmSync(proc, { recursive: true });
		}
	});

	it("is told of a real one, and of one that is gone", async () => {
		const busy =
			"new (require('node:worker_threads').Worker)('for (;;);', { eval: true }); console.log('busy'); for (;;);";
		const child = spawn(process.execPath, ["-e", busy], { stdio: ["ignore", "pipe", "ignore"] });
		const pid = child.pid ?? 0;
		const still = (expected: boolean) => () => standsStill(pid) === expected || undefined;
		try {
			await once(child.stdout, "data");
			assert.equal(standsStill(pid), false);
			child.kill("SIGSTOP");
			await waitFor("it stands still", 10_000, still(true));
			child.kill("SIGCONT");
			await waitFor("it goes on", 10_000, still(false));
		} finally {
			child.kill("SIGKILL");
		}
		await once(child, "close");
		assert.equal(standsStill(pid), true);
	});
});
