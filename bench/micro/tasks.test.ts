import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { codecTasks } from "./codec-tasks.js";
import { runTwice } from "./task.js";
import { makeTasks } from "./tasks.js";

/** Of the second run; who changes what a task does, changes its checksum here. */
const checksums: Readonly<Record<string, string>> = {
	"decode a create request of 1 KiB": "637affec",
	"cut one frame of 1 KiB out of a stream": "5a8dc0e6",
	"encode a getData reply of 1 KiB": "b9d5f8c0",
	"encode a watch event": "cae46d45",
	"apply a setData of 1 KiB to the tree": "510b0ee8",
	"apply a create and a delete to the tree": "8f502fff",
	"set a watch and trigger it, a hundred on one node": "42777ddd",
	"trigger three recursive watches two levels above": "bfcb1a20",
	"write a log record of 1 KiB with its checksum": "c5d45c2e",
	"append an entry of 1 KiB to the log, a hundred a flush": "facb7e05",
	"Adler-32 of 1 KiB": "190e11b6",
	"CRC-32 of 1 KiB": "4d6d0ba0",
	"setData of 1 KiB from bytes to bytes, a hundred a flush": "f90c0dc2",
	"getData of 1 KiB from bytes to bytes, a hundred a chunk": "22a29cdc",
	"judge a call of a history that is right": "79dcdd47",
	"judge a call of a history that is with one stale read": "38b1614a",
};

describe("micro benchmark", function () {
	this.timeout(60_000);

	for (const task of makeTasks()) {
		it(`does right what it measures, and always the same: ${task.name}`, () => {
			assert.deepEqual(runTwice(task), { checksum: checksums[task.name], problem: undefined });
		});
	}

	it("says what is wrong", () => {
		const decode = codecTasks().find(({ name }) => name.includes("create request"));
		assert.equal(decode?.check(0), "path:  instead of /app/locks/lock-0000000001");
	});

	it("does each task once more without measuring, with the same checksums", async () => {
		const main = fileURLToPath(new URL("main.js", import.meta.url));
		const child = spawn(process.execPath, [main, "--smoke"], { stdio: ["ignore", "pipe", "inherit"] });
		const [said, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
		assert.equal(code, 0, said);
		for (const [name, checksum] of Object.entries(checksums))
			assert.match(said, new RegExp(`^${name} +${checksum}$`, "m"));
	});
});
