import assert from "node:assert/strict";
import fc from "fast-check";
import { DecodeError, Reader } from "../lib/reader.js";
import { Writer } from "../lib/writer.js";
import { sessionId } from "../model/ids.js";
import { decodeConnectRequest, encodeConnectResponse } from "./handshake.js";

function connectRequest(readOnly: boolean | undefined): Uint8Array {
	const writer = new Writer().int(0).long(77).int(4000).bigLong(-5n).buffer(new Uint8Array(16).fill(9));
	return (readOnly === undefined ? writer : writer.boolean(readOnly)).copy();
}

describe("the handshake", () => {
	it("is read with and without the readOnly byte", () => {
		for (const readOnly of [undefined, false, true]) {
			const request = decodeConnectRequest(connectRequest(readOnly));
			assert.deepEqual(
				[request.lastZxidSeen, request.timeoutMs, request.session, request.readOnly],
				[77, 4000, -5n, readOnly],
			);
		}
	});

	it("is refused when it is cut before the password ends", () => {
		const bytes = connectRequest(undefined);
		for (let length = 0; length < bytes.length; length++)
			assert.throws(() => decodeConnectRequest(bytes.slice(0, length)), DecodeError);
	});

	it("is answered with the byte only when asked with it", () => {
		fc.assert(
			fc.property(fc.nat(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (timeoutMs, id) => {
				const password = new Uint8Array(16).fill(3);
				const base = { timeoutMs, session: sessionId(id), password };
				const without = encodeConnectResponse({ ...base, readOnly: undefined });
				const reader = new Reader(without);
				assert.equal(reader.int(), without.length - 4);
				assert.deepEqual([reader.int(), reader.int(), reader.bigLong()], [0, timeoutMs, id]);
				assert.deepEqual(reader.buffer(), password);
				assert.equal(encodeConnectResponse({ ...base, readOnly: false }).length, without.length + 1);
			}),
		);
	});
});
