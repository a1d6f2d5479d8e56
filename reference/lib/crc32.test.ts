import assert from "node:assert/strict";
import { crc32 as native } from "node:zlib";
import fc from "fast-check";
import { crc32, crc32Int, crc32OfText, ownCrc32 } from "./crc32.js";
import { encodeUtf8 } from "./utf8.js";

describe("crc32", () => {
	it("gives the check value of the polynomial", () => {
		assert.equal(crc32(encodeUtf8("123456789")), 0xcbf43926);
	});

	it("continues: one piece or two are the same", () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 64 }), fc.uint8Array({ maxLength: 64 }), (a, b) => {
				assert.equal(crc32(b, crc32(a)), crc32(Uint8Array.from([...a, ...b])));
			}),
		);
	});

	it("is the same of a text and of its bytes", () => {
		fc.assert(
			fc.property(fc.string({ unit: "binary" }), (text) => assert.equal(crc32OfText(text), crc32(encodeUtf8(text)))),
		);
	});

	it("is the same of an int and of its bytes", () => {
		fc.assert(
			fc.property(fc.integer(), fc.uint8Array(), (value, bytes) => {
				const before = crc32(bytes);
				const four = Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
				assert.equal(crc32Int(value, before) >>> 0, crc32(four, before));
				assert.equal(crc32Int(value, before | 0), crc32Int(value, before));
			}),
		);
	});

	it("is the same by the way that the server takes for long inputs", () => {
		const bytes = fc.uint8Array({ minLength: 200, maxLength: 4000 });
		fc.assert(fc.property(bytes, fc.nat(), (all, before) => assert.equal(native(all, before), ownCrc32(all, before))));
	});
});
