import assert from "node:assert/strict";
import fc from "fast-check";
import { adler32, narrowAdler32 } from "./adler32.js";

describe("adler32", () => {
	it("gives the value of the standard's example", () => {
		assert.equal(adler32(new TextEncoder().encode("Wikipedia")), 0x11e60398);
	});

	it("is the same by sixteen bytes and by one", () => {
		const bytes = fc.oneof(
			fc.uint8Array({ maxLength: 700 }),
			fc
				.record({ length: fc.integer({ min: 5000, max: 20_000 }), byte: fc.constantFrom(1, 254, 255) })
				.map(({ length, byte }) => new Uint8Array(length).fill(byte)),
		);
		const before = fc.uint8Array({ maxLength: 9 });
		fc.assert(
			fc.property(bytes, before, fc.boolean(), (all, first, high) => {
				const previous = high ? 0xfff0fff0 : narrowAdler32(first, 1, 0);
				assert.equal(adler32(all, previous), narrowAdler32(all, previous, 0));
			}),
		);
	});
});
