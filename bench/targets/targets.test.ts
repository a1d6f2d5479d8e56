import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { calibrate } from "./calibration.js";
import { startEchoServer } from "./echo.js";
import { environment, idleMeter } from "./machine.js";
import { meter, serverCosts } from "./meter.js";
import { maybeProcessUsage } from "./process-usage.js";
import type { Target } from "./target.js";

const busy = `
	const used = ({ user, system }) => user + system;
	while (used(process.cpuUsage()) < 200_000);
	console.log("done");
	process.stdin.resume();`;

describe("what servers use", () => {
	it("is their processor time and memory, with that of their children", async function () {
		if (process.platform !== "linux") this.skip();
		const shell = spawn("sh", ["-c", `"$0" -e "$1"; true`, process.execPath, busy], {
			stdio: ["pipe", "pipe", "ignore"],
		});
		await once(shell.stdout, "data");
		const usage = maybeProcessUsage(shell.pid ?? 0);
		assert.ok((usage?.cpuMicros ?? 0) >= 100_000, `${usage?.cpuMicros}`);
		assert.ok((usage?.memoryBytes ?? 0) > 20e6, `${usage?.memoryBytes}`);
		shell.stdin.end();
		await once(shell, "exit");
		assert.equal(maybeProcessUsage(shell.pid ?? 0), undefined);
	});

	it("is what was added between two moments, and all of it for a server that was started in between", () => {
		const moments = [
			[{ cpuMicros: 500, memoryBytes: 1 }, { cpuMicros: 900, memoryBytes: 1 }, undefined],
			[{ cpuMicros: 800, memoryBytes: 2 }, { cpuMicros: 100, memoryBytes: 3 }, undefined],
		];
		const end = meter({ usages: () => moments.shift() ?? [] } as unknown as Target);
		assert.deepEqual(serverCosts(["leader", undefined, undefined], end(), 10), [
			{ id: 1, role: "leader", cpuMicros: 300, memoryBytes: 2, cpuMicrosPerOperation: 30 },
			{ id: 2, role: "follower", cpuMicros: 100, memoryBytes: 3, cpuMicrosPerOperation: 10 },
		]);
	});
});

describe("what the machine can do", () => {
	it("is measured in a second, by a server that ends with this process", async function () {
		this.timeout(20_000);
		const echo = await startEchoServer();
		try {
			const { echoesPerSecond, flushesPerSecond, turnsPerSecond, echoCpuMicros } = await calibrate(echo, tmpdir());
			assert.ok(echoesPerSecond > 1000, `${echoesPerSecond}`);
			assert.ok(flushesPerSecond > 0 && turnsPerSecond > 0);
			assert.ok(echoCpuMicros !== undefined && echoCpuMicros > 0 && echoCpuMicros < 1000);
		} finally {
			echo.stop();
		}
	});

	it("belongs to a machine that is the same each time", () => {
		assert.deepEqual(environment(), environment());
		assert.match(environment().machine, /^[0-9a-f]{16}$/);
	});

	it("is partly idle, never more than all of it", async () => {
		const idle = idleMeter();
		await new Promise((resolve) => setImmediate(resolve));
		const cores = idle();
		assert.ok(cores >= 0 && Number.isFinite(cores));
	});
});
