import assert from "node:assert/strict";
import fc from "fast-check";
import { Splitter, viewOf } from "./splitter.js";

function framed(body: Uint8Array): Buffer {
	const length = Buffer.alloc(4);
	length.writeInt32BE(body.length);
	return Buffer.concat([length, body]);
}

/** What is found in a stream that comes in chunks of these lengths, over and over. */
function found(stream: Buffer, lengths: readonly number[]): { readonly bodies: Buffer[]; readonly wrong?: string } {
	const bodies: Buffer[] = [];
	const splitter = new Splitter((bytes, view, at, end) => {
		assert.equal(view.byteLength, bytes.length);
		bodies.push(Buffer.from(bytes.subarray(at, end)));
	});
	// One buffer for all chunks, as sockets are read.
	const chunk = Buffer.alloc(Math.max(1, stream.length));
	for (let at = 0, turn = 0; at < stream.length; turn++) {
		const length = Math.min(stream.length - at, lengths[turn % lengths.length] ?? 1);
		stream.copy(chunk, 0, at, at + length);
		const wrong = splitter.feed(chunk, viewOf(chunk), length);
		if (wrong !== undefined) return { bodies, wrong };
		at += length;
	}
	return { bodies };
}

describe("splitter", () => {
	it("finds the same messages however the stream is cut", () => {
		const body = fc.uint8Array({ maxLength: 600 });
		const cuts = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 6 });
		fc.assert(
			fc.property(fc.array(body, { maxLength: 12 }), cuts, (bodies, lengths) => {
				const stream = Buffer.concat(bodies.map(framed));
				assert.deepEqual(found(stream, lengths), { bodies: bodies.map((each) => Buffer.from(each)) });
			}),
		);
	});

	it("says when a length makes no sense, in one piece and byte by byte", () => {
		const stream = Buffer.concat([framed(Buffer.from("ok")), Buffer.from("ffffffff00000000", "hex")]);
		for (const lengths of [[100], [1]]) {
			const { bodies, wrong } = found(stream, lengths);
			assert.deepEqual([bodies.length, wrong], [1, "a message says it has -1 bytes"]);
		}
	});

	it("tells of nothing after it was stopped", () => {
		let count = 0;
		const splitter = new Splitter(() => {
			count++;
			splitter.stop();
		});
		const stream = Buffer.concat([framed(Buffer.from("a")), framed(Buffer.from("b"))]);
		splitter.feed(stream, viewOf(stream), stream.length);
		assert.equal(count, 1);
	});
});
