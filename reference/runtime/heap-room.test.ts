import assert from "node:assert/strict";
import { flagsFor, roomPercent } from "./heap-room.js";

const mebibyte = 1 << 20;

describe("room of the heap", () => {
	it("is about the same for all small heaps", () => {
		for (const size of [4, 10, 60, 150]) {
			const grownBytes = (size * mebibyte * roomPercent(size * mebibyte, 96 * mebibyte)) / 100;
			assert.ok(Math.abs(grownBytes / mebibyte - 96) < 2, `${size} MiB grow by ${grownBytes} bytes`);
		}
	});

	it("is V8's own for large ones", () => {
		for (const size of [200, 2000]) assert.equal(roomPercent(size * mebibyte, 96 * mebibyte), 0);
	});
});

describe("flags of the heap", () => {
	it("save memory only while a server is calm", () => {
		assert.deepEqual(flagsFor(48 * mebibyte, true), ["--heap-growing-percent=0", "--optimize-for-size"]);
		assert.deepEqual(flagsFor(48 * mebibyte, false), ["--heap-growing-percent=200", "--no-optimize-for-size"]);
	});

	it("leave a large heap to V8", () => {
		for (const isCalm of [true, false])
			assert.deepEqual(flagsFor(300 * mebibyte, isCalm), ["--heap-growing-percent=0", "--no-optimize-for-size"]);
	});
});
