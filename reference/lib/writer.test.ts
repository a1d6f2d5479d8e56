import assert from "node:assert/strict";
import fc from "fast-check";
import { DecodeError, Reader } from "./reader.js";
import { Writer } from "./writer.js";

const bigLong = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const long = fc.integer({ min: -(2 ** 52), max: 2 ** 52 });
const text = fc.oneof(fc.string({ unit: "grapheme", maxLength: 12 }), fc.string({ maxLength: 12 }));

describe("Writer and Reader", () => {
	it("give back every kind of value, whatever the first size of the buffer", () => {
		const value = fc.tuple(fc.boolean(), fc.integer(), long, bigLong, fc.option(text), fc.option(fc.uint8Array()));
		fc.assert(
			fc.property(value, fc.integer({ min: 1, max: 64 }), ([flag, int, long, big, string, bytes], capacityBytes) => {
				const writer = new Writer(capacityBytes);
				writer.boolean(flag).int(int).long(long).bigLong(big).ustring(string).buffer(bytes);
				const reader = new Reader(writer.copy());
				assert.deepEqual([reader.boolean(), reader.int(), reader.long(), reader.bigLong()], [flag, int, long, big]);
				assert.equal(reader.ustring(), string);
				assert.deepEqual(reader.buffer(), bytes);
				assert.equal(reader.remaining, 0);
			}),
		);
	});

	it("write text as UTF-8", () => {
		fc.assert(
			fc.property(text, (string) => {
				const expected = new TextEncoder().encode(string);
				assert.deepEqual(new Writer().ustring(string).copy(), new Writer().buffer(expected).copy());
			}),
		);
	});

	it("tell empty from null, and refuse counts that can not be", () => {
		const writer = new Writer();
		for (const items of [null, [], [1, 2]]) writer.vector(items, (item) => writer.int(item));
		const reader = new Reader(writer.copy());
		const next = (): number[] | null => reader.vector(() => reader.int());
		assert.deepEqual([next(), next(), next()], [null, [], [1, 2]]);
		assert.deepEqual(new Reader(new Writer().int(-2).copy()).vector(assert.fail), []);
		const bad = new Reader(new Writer().int(3).copy());
		assert.throws(() => bad.vector(() => bad.int()), DecodeError);
	});
});
