import assert from "node:assert/strict";
import { describeDisk, FlushWaiter } from "../host/testing/disk-contract.js";
import { Random } from "./random.js";
import { SimDisk } from "./sim-disk.js";

/** A disk whose flushes end when asked. */
function diskWith(waiter: FlushWaiter, found?: ReadonlyMap<string, Uint8Array>): { disk: SimDisk; end(): void } {
	const ends: (() => void)[] = [];
	const world = { touched() {}, emit: waiter.take, endFlushLater: (end: () => void) => void ends.push(end) };
	return {
		disk: new SimDisk(world, found),
		end: () => {
			for (const end of ends.splice(0)) end();
		},
	};
}

describeDisk("simulated", () => {
	const waiter = new FlushWaiter();
	const { disk, end } = diskWith(waiter);
	return {
		disk,
		flushed: async (ticket) => {
			end();
			await waiter.until(ticket);
			assert.deepEqual(waiter.tickets, waiter.tickets.toSorted());
		},
		reopen: () => diskWith(waiter, disk.afterPowerLoss(new Random(1))).disk,
	};
});

describe("simulated disk", () => {
	const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

	it("keeps what was flushed, whatever was on its way", () => {
		for (let seed = 0; seed < 200; seed++) {
			const { disk, end } = diskWith(new FlushWaiter());
			disk.create("a");
			disk.append("a", bytes(1, 2));
			disk.flush(1);
			end();
			disk.append("a", bytes(3, 4, 5));
			disk.create("b");
			disk.rename("a", "c");
			disk.flush(2);
			const found = disk.afterPowerLoss(new Random(seed));
			const kept = found.get("a") ?? found.get("c");
			assert.deepEqual([...(kept ?? [])].slice(0, 2), [1, 2]);
			assert.ok(found.has("a") !== found.has("c"), "a rename happens or does not");
		}
	});

	it("shows all outcomes of a crash", () => {
		const sizes = new Set<number>();
		for (let seed = 0; seed < 200; seed++) {
			const { disk, end } = diskWith(new FlushWaiter());
			disk.create("a");
			disk.flush(1);
			end();
			disk.append("a", bytes(1, 2, 3));
			sizes.add(disk.afterPowerLoss(new Random(seed)).get("a")?.length ?? -1);
		}
		assert.deepEqual([...sizes].sort(), [0, 1, 2, 3]);
	});

	it("keeps the old content of a file that was cut but not flushed, or the new", () => {
		const sizes = new Set<number>();
		for (let seed = 0; seed < 50; seed++) {
			const { disk, end } = diskWith(new FlushWaiter());
			disk.create("a");
			disk.append("a", bytes(1, 2, 3));
			disk.flush(1);
			end();
			disk.truncate("a", 1);
			sizes.add(disk.afterPowerLoss(new Random(seed)).get("a")?.length ?? -1);
		}
		assert.deepEqual([...sizes].sort(), [1, 3]);
	});

	it("fails when it is full, and ends no flush any more", () => {
		const waiter = new FlushWaiter();
		const { disk, end } = diskWith(waiter);
		disk.create("a");
		disk.limit(2);
		disk.append("a", bytes(1));
		disk.flush(1);
		disk.append("a", bytes(2, 3));
		end();
		disk.flush(2);
		assert.deepEqual(waiter.tickets, []);
		assert.deepEqual(waiter.failures, ["no space left on device", "no space left on device"]);
	});
});
