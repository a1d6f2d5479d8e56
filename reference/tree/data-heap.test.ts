import assert from "node:assert/strict";
import fc from "fast-check";
import { DataHeap } from "./data-heap.js";

interface Kept {
	address: number;
	bytes: Uint8Array;
}

/** Bytes that tell which write they are of. */
function marked(lengthBytes: number, mark: number): Uint8Array {
	return new Uint8Array(lengthBytes).map((_, at) => (at + 31 * mark) & 0xff);
}

describe("the heap of all data", () => {
	const length = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 100_000 }));
	const step = fc.record({ act: fc.constantFrom("keep", "replace", "release"), at: fc.nat(), length });

	it("keeps what it was given, whatever else comes and goes", () => {
		fc.assert(
			fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
				const heap = new DataHeap();
				const all: Kept[] = [];
				steps.forEach(({ act, at, length: lengthBytes }, mark) => {
					const one = all[at % Math.max(1, all.length)];
					const bytes = marked(lengthBytes, mark);
					if (act === "keep" || one === undefined) all.push({ address: heap.keep(bytes), bytes });
					else if (act === "replace")
						Object.assign(one, { address: heap.replace(one.address, one.bytes.length, bytes), bytes });
					else heap.release(one.address, all.splice(all.indexOf(one), 1)[0]?.bytes.length ?? 0);
				});
				for (const { address, bytes } of all) assert.deepEqual(heap.view(address, bytes.length), bytes);
			}),
			{ numRuns: 60 },
		);
	});

	it("takes its own bytes, longer or shorter ones, too", () => {
		const heap = new DataHeap();
		const address = heap.keep(marked(200, 1));
		const shorter = heap.replace(address, 200, heap.view(address, 200).subarray(8, 58));
		assert.deepEqual(heap.view(shorter, 50), marked(200, 1).subarray(8, 58));
	});
});
