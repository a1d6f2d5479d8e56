import assert from "node:assert/strict";
import fc from "fast-check";
import { DecodeError, Reader } from "../lib/reader.js";
import { Writer } from "../lib/writer.js";
import { opcodes } from "./opcodes.js";
import { decodeRequestHeader, maybeDecodeRequest, type Request } from "./requests.js";
import * as arbitrary from "./testing/arbitrary-requests.js";
import { encodeRequest, opcodeOf } from "./testing/client-codec.js";

function decode(bytes: Uint8Array): Request | undefined {
	const reader = new Reader(bytes);
	return maybeDecodeRequest(decodeRequestHeader(reader).opcode, reader);
}

describe("requests", () => {
	it("without a path are malformed, but a wrong mode is told first", () => {
		const create = (flags: number): Request | undefined => {
			const body = new Writer().ustring(null).buffer(null).int(0).int(flags).copy();
			return maybeDecodeRequest(opcodes.create, new Reader(body));
		};
		assert.deepEqual(create(0), { type: "malformedWrite" });
		assert.deepEqual(create(5), { type: "create", path: "", data: null, acl: [], flags: 5, ttlMs: undefined });
	});

	it("in a multi are malformed as a whole when a change has no path", () => {
		const part = new Writer().int(opcodes.setData).boolean(false).int(-1).ustring(null).buffer(null).int(-1);
		const body = part.int(-1).boolean(true).int(-1).copy();
		assert.deepEqual(maybeDecodeRequest(opcodes.multi, new Reader(body)), { type: "malformedWrite" });
	});

	it("are decoded to what was encoded, whatever follows them", () => {
		fc.assert(
			fc.property(arbitrary.request, fc.uint8Array({ maxLength: 5 }), (request, tail) => {
				const bytes = Uint8Array.from([...encodeRequest(7, request), ...tail]);
				assert.deepEqual(decodeRequestHeader(new Reader(bytes)), { xid: 7, opcode: opcodeOf(request) });
				assert.deepEqual(decode(bytes), request);
			}),
		);
	});

	it("are refused when they are cut, at every byte", () => {
		fc.assert(
			fc.property(arbitrary.request, (request) => {
				const bytes = encodeRequest(7, request);
				for (let length = 0; length < bytes.length; length++) assertRefused(bytes.slice(0, length));
			}),
			{ numRuns: 50 },
		);
	});

	it("never make the decoder do anything but refuse, whatever the bytes", () => {
		fc.assert(
			fc.property(fc.integer({ min: -11, max: 110 }), fc.uint8Array({ maxLength: 60 }), (opcode, bytes) => {
				try {
					maybeDecodeRequest(opcode, new Reader(bytes));
				} catch (error) {
					assert.ok(error instanceof DecodeError);
				}
			}),
		);
	});
});

/** A multi that is cut still takes its place, so it is decoded to something that says so. */
function assertRefused(bytes: Uint8Array): void {
	try {
		assert.equal(decode(bytes)?.type, "malformedWrite");
	} catch (error) {
		assert.ok(error instanceof DecodeError, String(error));
	}
}
