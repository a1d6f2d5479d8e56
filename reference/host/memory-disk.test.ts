import assert from "node:assert/strict";
import { describeDisk, FlushWaiter } from "./testing/disk-contract.js";
import { MemoryDisk } from "./testing/memory-disk.js";

describeDisk("memory", () => {
	const waiter = new FlushWaiter();
	const disk = new MemoryDisk(waiter.take);
	return {
		disk,
		flushed: async (ticket) => {
			disk.finishFlushes();
			await waiter.until(ticket);
			assert.deepEqual(waiter.tickets, waiter.tickets.toSorted());
		},
		reopen: () =>
			new MemoryDisk(
				waiter.take,
				disk.afterCrash(() => 0),
			),
	};
});

describe("memory disk", () => {
	it("forgets what was not flushed", () => {
		const disk = new MemoryDisk(() => undefined);
		disk.create("a");
		disk.append("a", Uint8Array.from([1]));
		disk.flush(1);
		disk.finishFlushes();
		disk.append("a", Uint8Array.from([2, 3]));
		disk.create("b");
		const found = (share: number): unknown =>
			[...disk.afterCrash(() => share)].map(([name, bytes]) => [name, [...bytes]]);
		assert.deepEqual(found(0), [
			["a", [1]],
			["b", []],
		]);
		assert.deepEqual(found(0.5), [["a", [1, 2]]]);
		assert.deepEqual(found(1), [["a", [1, 2, 3]]]);
	});

	it("says that it failed instead of ending a flush", () => {
		const waiter = new FlushWaiter();
		const disk = new MemoryDisk(waiter.take);
		disk.create("a");
		disk.fail("full");
		disk.append("a", Uint8Array.from([1]));
		disk.flush(1);
		disk.finishFlushes();
		assert.deepEqual(waiter.tickets, []);
		assert.deepEqual(waiter.failures, ["full"]);
	});
});
