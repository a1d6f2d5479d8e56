import assert from "node:assert/strict";
import fc from "fast-check";
import { encodeUtf8 } from "../lib/utf8.js";
import { epoch, serverId, zxid } from "../model/ids.js";
import { encodeInitialMessage, readInitialMessage } from "./initial-message.js";
import {
	compareCandidates,
	encodeNotification,
	maybeNotification,
	noCandidate,
	sameVote,
	type Vote,
} from "./notification.js";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replace(/\s/g, ""), "hex"));

const vote: Vote = {
	state: "leading",
	leader: serverId(2),
	zxid: zxid(0x1_0000_0005),
	round: 3,
	peerEpoch: epoch(1),
	version: 2,
};
const head = "00000002 0000000000000002 0000000100000005 0000000000000003";

describe("a notification", () => {
	it("has 44 bytes and the configuration", () => {
		const encoded = encodeNotification(vote, encodeUtf8("version=0"));
		assert.equal(hex(encoded), hex(bytes(`${head} 0000000000000001 00000002 00000009 76657273696f6e3d30`)));
		assert.deepEqual(maybeNotification(encoded), { ...vote, config: "version=0" });
	});

	it("may be one of two older forms, whose epoch may have to be taken from the zxid", () => {
		assert.deepEqual(maybeNotification(bytes(head)), { ...vote, version: 0, config: undefined });
		const with7 = maybeNotification(bytes(`${head} 0000000000000007`));
		assert.deepEqual(with7, { ...vote, peerEpoch: 7, version: 0, config: undefined });
	});

	it("carries the numbers of a server that has no vote", () => {
		const encoded = encodeNotification({ ...vote, ...noCandidate, state: "looking" }, new Uint8Array());
		assert.equal(hex(encoded.subarray(4, 20)), "80000000000000008000000000000000");
		assert.deepEqual(maybeNotification(encoded), { ...vote, ...noCandidate, state: "looking", config: "" });
	});

	it("is refused when it is short, from no state, or longer than it is", () => {
		const whole = encodeNotification(vote, new Uint8Array(4));
		assert.equal(maybeNotification(whole.subarray(0, 27)), undefined);
		assert.equal(maybeNotification(whole.subarray(0, 47)), undefined);
		assert.equal(maybeNotification(bytes(`00000004 ${head.slice(9)}`)), undefined);
		assert.equal(maybeNotification(bytes(`${head} 0000000000000001 00000002 ffffffff`)), undefined);
		assert.equal(maybeNotification(bytes(`${head.slice(0, 43)} 7fffffffffffffff`)), undefined);
	});

	it("never makes the decoder do anything but refuse, whatever the bytes", () => {
		fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (any) => void maybeNotification(any)));
	});
});

describe("a candidate", () => {
	it("is better by epoch, then zxid, then id", () => {
		const of = (peerEpoch: number, at: number, leader: number) => {
			return { peerEpoch: epoch(peerEpoch), zxid: zxid(at), leader: serverId(leader) };
		};
		const rising = [noCandidate, of(0, 0, 1), of(0, 0, 2), of(0, 9, 1), of(1, 0, 1)];
		for (const [i, one] of rising.entries()) {
			for (const [j, other] of rising.entries()) {
				assert.equal(Math.sign(compareCandidates(one, other)), Math.sign(i - j));
			}
		}
	});
});

describe("two votes", () => {
	const looking: Vote = { ...vote, state: "looking" };

	it("are the same in all numbers while one of them is looking", () => {
		assert.ok(sameVote(looking, vote));
		for (const other of [{ round: 4 }, { zxid: zxid(1) }, { peerEpoch: epoch(2) }, { leader: serverId(1) }]) {
			assert.equal(sameVote(looking, { ...vote, ...other }), false);
		}
	});

	it("are the same in leader and epoch when both are decided, in the leader when one comes from an old server", () => {
		assert.ok(sameVote(vote, { ...vote, state: "following", round: 9, zxid: zxid(1) }));
		assert.equal(sameVote(vote, { ...vote, peerEpoch: epoch(2) }), false);
		assert.ok(sameVote(vote, { ...vote, peerEpoch: epoch(2), version: 0 }));
		assert.equal(sameVote(vote, { ...vote, leader: serverId(1), version: 0 }), false);
	});
});

describe("the initial message", () => {
	const v1 = "ffffffffffff0000 0000000000000003 0000000e 3132372e302e302e313a33383838";

	it("names its sender and where it can be found", () => {
		assert.equal(hex(encodeInitialMessage(serverId(3), "127.0.0.1:3888")), hex(bytes(v1)));
		const rest = Uint8Array.of(9);
		assert.deepEqual(readInitialMessage(bytes(`${v1}09`)), {
			type: "from",
			id: 3,
			addresses: ["127.0.0.1:3888"],
			rest,
		});
	});

	it("may list several addresses, or be the id alone", () => {
		const v2 = bytes("ffffffffffff0001 0000000000000001 00000007 613a317c623a32");
		assert.deepEqual(readInitialMessage(v2), {
			type: "from",
			id: 1,
			addresses: ["a:1", "b:2"],
			rest: new Uint8Array(),
		});
		const legacy = bytes("0000000000000007 00");
		assert.deepEqual(readInitialMessage(legacy), { type: "from", id: 7, addresses: [], rest: new Uint8Array(1) });
	});

	it("is waited for, byte by byte", () => {
		const whole = bytes(v1);
		for (let length = 0; length < whole.length; length++) {
			assert.equal(readInitialMessage(whole.subarray(0, length)).type, "partial");
		}
	});
});
