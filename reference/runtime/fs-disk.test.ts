import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeDisk, FlushWaiter } from "../host/testing/disk-contract.js";
import { FsDisk } from "./fs-disk.js";

const folders: string[] = [];

function freshFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), "zkspec-disk-"));
	folders.push(folder);
	return folder;
}

for (const forceSync of [true, false]) {
	describeDisk(`file system (${forceSync ? "synced" : "not synced"})`, () => {
		const folder = freshFolder();
		const waiter = new FlushWaiter();
		return {
			disk: new FsDisk(folder, forceSync, waiter.take),
			flushed: async (ticket) => {
				await waiter.until(ticket);
				assert.deepEqual(waiter.tickets, waiter.tickets.toSorted());
			},
			reopen: () => new FsDisk(folder, forceSync, waiter.take),
		};
	});
}

describe("file system disk", () => {
	after(() => {
		for (const folder of folders) rmSync(folder, { recursive: true, force: true });
	});

	it("says once that it failed and ends no flush after that", () => {
		const folder = freshFolder();
		const waiter = new FlushWaiter();
		const disk = new FsDisk(folder, false, waiter.take);
		rmSync(folder, { recursive: true });
		disk.create("a");
		disk.append("a", Uint8Array.from([1]));
		disk.flush(1);
		assert.equal(waiter.failures.length, 1);
		assert.match(waiter.failures[0] ?? "", /ENOENT/);
		assert.deepEqual(waiter.tickets, []);
	});
});
