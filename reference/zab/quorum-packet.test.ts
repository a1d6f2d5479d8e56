import assert from "node:assert/strict";
import fc from "fast-check";
import { Writer } from "../lib/writer.js";
import { sessionId, zxid } from "../model/ids.js";
import {
	decodeLearnerInfo,
	decodeRequest,
	decodeTouchedSessions,
	encodeTouchedSessions,
	writeRequest,
} from "./quorum-bodies.js";
import {
	encodeQuorumPacket,
	PacketSplitter,
	packetTypes,
	type QuorumPacket,
	writeQuorumPacket,
} from "./quorum-packet.js";

const ids = fc.array(
	fc.record({ scheme: fc.string({ maxLength: 5 }), id: fc.string({ maxLength: 9 }) }, { noNullPrototype: true }),
	{
		maxLength: 3,
	},
);
const packets = fc.array(
	fc.record(
		{
			type: fc.integer({ min: 0, max: 30 }),
			zxid: fc.maxSafeInteger().map(zxid),
			data: fc.option(fc.uint8Array({ maxLength: 30 })),
			authinfo: fc.option(ids),
		},
		{ noNullPrototype: true },
	),
	{ maxLength: 5 },
);

function encoded(all: readonly QuorumPacket[]): Uint8Array {
	const writer = new Writer();
	for (const packet of all) writeQuorumPacket(writer, packet);
	return writer.copy();
}

function take(splitter: PacketSplitter): (QuorumPacket | string)[] {
	const taken: (QuorumPacket | string)[] = [];
	for (let result = splitter.next(); result.type !== "partial"; result = splitter.next()) {
		if (result.type === "invalid") return [...taken, result.reason];
		const data = result.packet.data === null ? null : Uint8Array.from(result.packet.data);
		taken.push({ ...result.packet, data });
	}
	return taken;
}

function split(bytes: Uint8Array, sizes: readonly number[]): (QuorumPacket | string)[] {
	const splitter = new PacketSplitter();
	const taken: (QuorumPacket | string)[] = [];
	let at = 0;
	for (const size of [...sizes, bytes.length]) {
		splitter.push(bytes.subarray(at, at + size));
		taken.push(...take(splitter));
		at += size;
	}
	return taken;
}

describe("PacketSplitter", () => {
	it("finds the same packets however the stream is cut", () => {
		fc.assert(
			fc.property(packets, fc.array(fc.integer({ min: 0, max: 20 })), (all, sizes) => {
				assert.deepEqual(split(encoded(all), sizes), all);
			}),
		);
	});

	it("finds them byte by byte", () => {
		fc.assert(
			fc.property(packets, (all) => {
				const bytes = encoded(all);
				assert.deepEqual(split(bytes, Array(bytes.length).fill(1)), all);
			}),
			{ numRuns: 30 },
		);
	});

	it("hands out the rest for a raw stream, and goes on behind it", () => {
		const splitter = new PacketSplitter();
		const snap = encodeQuorumPacket(packetTypes.SNAP, zxid(7));
		splitter.push(Uint8Array.from([...snap, 1, 2]));
		assert.equal(splitter.next().type, "packet");
		splitter.push(Uint8Array.of(3));
		assert.deepEqual(splitter.takeRest(), Uint8Array.of(1, 2, 3));
		assert.deepEqual(splitter.takeRest(), new Uint8Array());
		splitter.push(snap);
		assert.equal(splitter.next().type, "packet");
		assert.equal(splitter.next().type, "partial");
	});

	it("refuses lengths below −1 or above their limits before the bytes come", () => {
		const head = (length: number): Writer => new Writer().int(2).long(9).int(length);
		const reasons = [
			head(-2),
			head(11),
			head(-1).int(-2),
			head(-1).int(1 << 30),
			head(-1).int(1).int(-2),
			head(-1)
				.int(1)
				.int(1 << 30),
		];
		for (const bytes of reasons) {
			const splitter = new PacketSplitter(10);
			splitter.push(bytes.copy());
			assert.equal(splitter.next().type, "invalid");
		}
	});
});

describe("the bodies of quorum packets", () => {
	it("are what a request carries from learner to leader", () => {
		const request = {
			session: sessionId(-1n),
			cxid: 5,
			opcode: -10,
			body: Uint8Array.of(1, 2),
			ids: [{ scheme: "ip", id: "127.0.0.1" }],
		};
		const data = new Writer().bigLong(-1n).int(5).int(-10).raw(request.body).copy();
		const packet = { type: packetTypes.REQUEST, zxid: zxid(-1), data, authinfo: request.ids };
		assert.deepEqual(writeRequest(new Writer(), request).copy(), writeQuorumPacket(new Writer(), packet).copy());
		assert.deepEqual(decodeRequest(packet), request);
	});

	it("may be short in LearnerInfo", () => {
		const whole = new Writer().long(3).int(0x10000).long(0x1_0000_0000).copy();
		const read = (length: number): unknown => Object.values(decodeLearnerInfo(whole.subarray(0, length)));
		assert.deepEqual(read(20), [3, 0x10000, 0x1_0000_0000]);
		assert.deepEqual(read(12), [3, 0x10000, 0]);
		assert.deepEqual(read(8), [3, 0, 0]);
		assert.deepEqual(read(0), [undefined, 0, 0]);
	});

	it("list the sessions that a learner heard of", () => {
		const sessions = [1n, -2n].map((id) => ({ session: sessionId(id), timeoutMs: 4000 }));
		assert.deepEqual(decodeTouchedSessions(encodeTouchedSessions(sessions)), sessions);
		assert.deepEqual(decodeTouchedSessions(null), []);
	});
});
