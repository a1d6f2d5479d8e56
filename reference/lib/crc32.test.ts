import assert from "node:assert/strict";
import fc from "fast-check";
import { crc32 } from "./crc32.js";
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
});
