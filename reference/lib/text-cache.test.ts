import assert from "node:assert/strict";
import fc from "fast-check";
import { textOf } from "./text-cache.js";
import { decodeUtf8, encodeUtf8 } from "./utf8.js";

describe("texts seen again", () => {
	it("are what the bytes say, whatever was seen before", () => {
		const bytes = fc.oneof(
			fc.uint8Array({ maxLength: 120 }),
			fc.integer({ min: 0, max: 20_000 }).map((at) => encodeUtf8(`/some/path-${at}`)),
		);
		const seen = fc.array(bytes, { minLength: 1, maxLength: 50 });
		fc.assert(
			fc.property(seen, fc.nat({ max: 3 }), (all, before) => {
				for (const one of [...all, ...all, ...all]) {
					const shifted = Uint8Array.from([...new Array<number>(before).fill(0x61), ...one, 0x62]);
					assert.equal(textOf(shifted, before, before + one.length), decodeUtf8(one));
				}
			}),
		);
	});
});
