import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { waitFor } from "./bounded-wait.js";
import { standsStill } from "./stands-still.js";

describe("whether a process stands still", () => {
	before(function () {
		if (process.platform !== "linux") this.skip();
	});

	it("is told by all its threads, and of one that is gone", async () => {
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
