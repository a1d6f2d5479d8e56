import assert from "node:assert/strict";
import type { Disk, DiskEvent } from "../disk.js";

/** A disk under test. */
export interface DiskUnderTest {
	readonly disk: Disk;
	/** Resolves once this flush has ended. */
	flushed(ticket: number): Promise<void>;
	/** A second disk over the same files, as after a restart. */
	reopen(): Disk;
}

/** Ends with the first failure or the wanted ticket. */
export class FlushWaiter {
	readonly #events: DiskEvent[] = [];
	readonly #waiting: (() => void)[] = [];

	/** In the order in which they came. */
	get tickets(): number[] {
		return this.#events.flatMap((event) => (event.type === "diskFlushed" ? [event.ticket] : []));
	}

	get failures(): string[] {
		return this.#events.flatMap((event) => (event.type === "diskFailed" ? [event.reason] : []));
	}

	readonly take = (event: DiskEvent): void => {
		this.#events.push(event);
		for (const resume of this.#waiting.splice(0)) resume();
	};

	async until(ticket: number): Promise<void> {
		while (!this.tickets.includes(ticket) && this.failures.length === 0)
			await new Promise<void>((resolve) => this.#waiting.push(resolve));
		assert.deepEqual(this.failures, []);
	}
}

/** What every disk keeps; `open` gives an empty one. */
export function describeDisk(name: string, open: () => DiskUnderTest): void {
	const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
	const contents = (disk: Disk, file: string): number[] => {
		const source = disk.source(file);
		return [...source.read(0, source.sizeBytes)];
	};

	describe(`${name} disk`, () => {
		it("appends in order and reads back", async () => {
			const { disk, flushed, reopen } = open();
			disk.create("a");
			disk.append("a", bytes(1, 2));
			disk.append("a", bytes(3));
			assert.deepEqual(contents(disk, "a"), [1, 2, 3]);
			disk.flush(1);
			await flushed(1);
			assert.deepEqual(contents(reopen(), "a"), [1, 2, 3]);
			assert.deepEqual([...reopen().list()], ["a"]);
		});

		it("appends into space set aside", async () => {
			const { disk, flushed } = open();
			disk.create("a");
			disk.append("a", bytes(1));
			disk.extend("a", 4);
			disk.append("a", bytes(2));
			assert.deepEqual(contents(disk, "a"), [1, 2, 0, 0]);
			disk.append("a", bytes(3, 4, 5));
			assert.deepEqual(contents(disk, "a"), [1, 2, 3, 4, 5]);
			disk.extend("a", 2);
			disk.flush(1);
			await flushed(1);
			assert.deepEqual(contents(disk, "a"), [1, 2, 3, 4, 5]);
		});

		it("reads parts, and less at the end", () => {
			const { disk } = open();
			disk.create("a");
			disk.append("a", bytes(1, 2, 3, 4));
			const source = disk.source("a");
			assert.deepEqual([...source.read(1, 2)], [2, 3]);
			assert.deepEqual([...source.read(3, 10)], [4]);
			assert.deepEqual([...source.read(9, 1)], []);
		});

		it("renames, truncates, removes and replaces", async () => {
			const { disk, flushed } = open();
			for (const file of ["a", "b", "c"]) {
				disk.create(file);
				disk.append(file, bytes(1, 2, 3));
				disk.finish(file);
			}
			disk.flush(1);
			await flushed(1);
			disk.rename("a", "d");
			disk.truncate("b", 1);
			disk.remove("c");
			disk.remove("never there");
			disk.flush(2);
			await flushed(2);
			assert.deepEqual([...disk.list()].sort(), ["b", "d"]);
			assert.deepEqual(contents(disk, "b"), [1]);
			disk.create("d");
			assert.deepEqual(contents(disk, "d"), []);
		});

		it("ends flushes in the order they were asked for", async () => {
			const { disk, flushed } = open();
			disk.create("a");
			for (let ticket = 1; ticket <= 5; ticket++) {
				disk.append("a", bytes(ticket));
				disk.flush(ticket);
			}
			await Promise.all([5, 4, 3, 2, 1].map(flushed));
			assert.deepEqual(contents(disk, "a"), [1, 2, 3, 4, 5]);
		});

		it("refuses to read what is not there", () => {
			assert.throws(() => open().disk.source("a"), { name: "DiskError" });
		});
	});
}
