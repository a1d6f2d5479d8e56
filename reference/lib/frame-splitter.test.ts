import assert from "node:assert/strict";
import fc from "fast-check";
import { FrameSplitter } from "./frame-splitter.js";
import { isCollected } from "./testing/collected.js";
import { Writer } from "./writer.js";

function joined(bodies: readonly Uint8Array[]): Uint8Array {
	const writer = new Writer();
	for (const body of bodies) writer.buffer(body);
	return writer.copy();
}

function split(chunks: readonly Uint8Array[], frameBytesMax = 1000): (Uint8Array | "broken")[] {
	const splitter = new FrameSplitter(frameBytesMax);
	const frames: (Uint8Array | "broken")[] = [];
	for (const chunk of chunks) {
		splitter.push(chunk);
		for (let result = splitter.next(); result.type !== "partial"; result = splitter.next()) {
			if (result.type === "broken") return [...frames, "broken"];
			frames.push(Uint8Array.from(result.body));
		}
	}
	return frames;
}

function chunked(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
	const chunks: Uint8Array[] = [];
	let at = 0;
	for (const size of [...sizes, bytes.length]) {
		chunks.push(bytes.subarray(at, at + size));
		at += size;
	}
	return chunks;
}

describe("FrameSplitter", () => {
	const bodies = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 });

	it("finds the same frames however the stream is cut", () => {
		fc.assert(
			fc.property(bodies, fc.array(fc.integer({ min: 0, max: 12 })), (frames, sizes) => {
				assert.deepEqual(split(chunked(joined(frames), sizes)), frames);
			}),
		);
	});

	it("finds them byte by byte", () => {
		fc.assert(
			fc.property(bodies, (frames) => {
				assert.deepEqual(split([...joined(frames)].map((byte) => Uint8Array.of(byte))), frames);
			}),
		);
	});

	it("refuses a length below 0 or above the limit, whole or in pieces", () => {
		const good = Uint8Array.of(0, 0, 0, 1, 7);
		for (const length of [-1, 11]) {
			const bytes = Uint8Array.from([...good, ...new Writer().int(length).copy()]);
			assert.deepEqual(split([bytes], 10), [Uint8Array.of(7), "broken"]);
			assert.deepEqual(split(chunked(bytes, [6, 1]), 10), [Uint8Array.of(7), "broken"]);
		}
	});

	it("lets go of what it has read", async () => {
		const splitter = new FrameSplitter(100);
		const pushed = (): WeakRef<Uint8Array> => {
			const chunk = Uint8Array.of(0, 0, 0, 1, 7);
			splitter.push(chunk);
			assert.equal(splitter.next().type, "frame");
			assert.equal(splitter.next().type, "partial");
			return new WeakRef(chunk);
		};
		assert.ok(await isCollected(pushed()));
		assert.equal(splitter.next().type, "partial");
	});
});
