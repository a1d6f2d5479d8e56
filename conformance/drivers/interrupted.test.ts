import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "./testing/far.js";
import { leftoversOf } from "./testing/leftovers.js";

const timeoutMs = 60_000;
const goneMs = 15_000;

describe("a program that hurts an ensemble and is ended in the middle of it", function () {
	this.timeout(timeoutMs);
	let folder: string;

	beforeEach(() => {
		folder = mkdtempSync(path.join(tmpdir(), "zkspec-interrupted-"));
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	function start(...more: readonly string[]): ChildProcess {
		const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
		const args = [file("testing/hurting.js"), file("bundled-driver.js"), "startBundledDriver", "{}", ...more];
		return spawn(process.execPath, args, {
			env: { ...process.env, TMPDIR: folder },
			stdio: ["ignore", "pipe", "ignore"],
		});
	}

	async function ready(program: ChildProcess): Promise<void> {
		assert.ok(program.stdout !== null);
		const [said] = (await once(program.stdout, "data")) as [Buffer];
		assert.equal(String(said), "ready\n");
		assert.notDeepEqual(leftoversOf(folder), []);
	}

	const nothingIsLeft = (): Promise<void> => until(() => leftoversOf(folder).length === 0, goneMs);

	for (const signal of ["SIGKILL", "SIGTERM", "SIGINT"] as const) {
		it(`leaves nothing behind after ${signal}, with servers killed, paused and parted`, async () => {
			const program = start();
			await ready(program);
			program.kill(signal);
			await nothingIsLeft();
		});
	}

	it("leaves nothing behind after an error that nobody catches", async () => {
		const program = start("crash");
		const ended = once(program, "exit");
		await ready(program);
		assert.deepEqual(await ended, [1, null]);
		await nothingIsLeft();
	});

	it("leaves nothing behind when it is killed while it starts servers", async () => {
		const program = start();
		await until(() => leftoversOf(folder).some((left) => left.startsWith("zkspec-ensemble-")), timeoutMs);
		program.kill("SIGKILL");
		await nothingIsLeft();
	});
});
