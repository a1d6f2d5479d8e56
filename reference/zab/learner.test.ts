import { strict as assert } from "node:assert";
import { Writer } from "../lib/writer.js";
import { linkId, serverId, type Zxid, zxid } from "../model/ids.js";
import { Learner } from "./learner.js";
import type { Member } from "./member.js";
import { encodeLeaderInfo } from "./quorum-bodies.js";
import { at, packets, proposal, proposals, RoleBench } from "./testing/role-bench.js";

const link = linkId(1);
const text = new TextEncoder().encode("version=0");

/** A learner of server 2, connected. */
function connected(bench: RoleBench, needsSnapshot = false, role: "follower" | "observer" = "follower"): Learner {
	const leader = bench.parts.membership.maybeMember(serverId(2)) as Member;
	const learner = new Learner(bench.parts, leader, role, needsSnapshot);
	learner.connected();
	return learner;
}

/** A follower that has promised itself to the leader of epoch 3. */
function promised(...history: readonly Zxid[]): { bench: RoleBench; learner: Learner } {
	const bench = new RoleBench(1, 3, 0, [2, 2]);
	bench.history(...history);
	const learner = connected(bench);
	learner.received(link, packets(["LEADERINFO", at(3, 0), encodeLeaderInfo()]));
	bench.work(learner);
	bench.takeLines();
	return { bench, learner };
}

/** A follower of epoch 3 with entry 1:1, which serves. */
function serving(): { bench: RoleBench; learner: Learner } {
	const { bench, learner } = promised(at(1, 1));
	learner.received(link, packets(["DIFF", at(1, 1)], ["NEWLEADER", at(3, 0), text]));
	bench.work(learner);
	learner.received(link, packets(["UPTODATE", zxid(-1)]));
	bench.takeLines();
	return { bench, learner };
}

function snapshotOf(...zxids: readonly Zxid[]): Uint8Array {
	const writer = new Writer().int(0);
	for (const one of zxids) writer.long(one).buffer(proposal(one).body);
	writer.setInt(0, writer.length - 4);
	return writer.ustring("BenWasHere").bytes();
}

describe("a learner", () => {
	it("promises itself when acceptedEpoch is on disk, and not to an epoch that is over", () => {
		const bench = new RoleBench(1, 3, 0, [2, 1]);
		bench.history(at(1, 1));
		const learner = connected(bench);
		learner.received(link, packets(["LEADERINFO", at(3, 0), encodeLeaderInfo()]));
		assert.deepEqual(bench.takeLines(), ["1< FOLLOWERINFO 2:0", "acceptedEpoch 3"]);
		bench.work(learner);
		assert.deepEqual(bench.takeLines(), ["1< ACKEPOCH 1:1 current 1"]);

		const again = connected(bench);
		again.received(link, packets(["LEADERINFO", at(3, 0), encodeLeaderInfo()]));
		assert.deepEqual(bench.takeLines(), ["2< FOLLOWERINFO 3:0", "2< ACKEPOCH 1:1 current -1"]);

		const late = connected(bench);
		late.received(link, packets(["LEADERINFO", at(2, 0), encodeLeaderInfo()]));
		assert.deepEqual(bench.takeLines().at(-1), "ends: the leader's epoch 2 is over: 3 is accepted here");
	});

	it("acknowledges NEWLEADER when the entries are on disk, then currentEpoch, and only then what is open", () => {
		const { bench, learner } = promised(at(1, 1));
		learner.received(link, packets(["DIFF", at(3, 0)]));
		learner.received(link, proposals(at(1, 2), at(2, 1), at(3, 1)));
		learner.received(link, packets(["COMMIT", at(1, 2)], ["COMMIT", at(2, 1)], ["NEWLEADER", at(3, 0), text]));
		assert.deepEqual(bench.takeLines(), ["append 1:2", "append 2:1", "append 3:1", "commit 1:2", "commit 2:1"]);
		bench.work(learner);
		assert.deepEqual(bench.takeLines(), ["currentEpoch 3", "1< ACK 3:0", "1< ACK 3:1"]);
		learner.received(link, packets(["UPTODATE", zxid(-1)], ["COMMIT", at(3, 1)]));
		assert.deepEqual(bench.takeLines(), ["1< ACK 3:0", "is follower of 2", "commit 3:1"]);
	});

	it("looks at nothing more while a truncation goes to disk", () => {
		const { bench, learner } = promised(at(1, 1), at(1, 2), at(1, 3));
		learner.received(link, packets(["TRUNC", at(1, 1)]));
		learner.received(link, proposals(at(2, 1)));
		assert.deepEqual(bench.takeLines(), ["truncate 1:1"]);
		bench.work(learner);
		assert.deepEqual(bench.takeLines(), ["append 2:1"]);
		assert.deepEqual(
			bench.storage.history.map((one) => one.zxid),
			[at(1, 1), at(2, 1)],
		);
	});

	it("asks for a snapshot the next time when its files can not be truncated as they must", () => {
		const { bench, learner } = promised(at(1, 1), at(1, 5));
		learner.received(link, packets(["TRUNC", at(1, 3)]));
		assert.match(bench.takeLines().join(), /^ends: .*0x100000003: a snapshot is needed/);
		assert(learner.needsSnapshot);
		const next = connected(bench, true);
		next.received(link, packets(["LEADERINFO", at(4, 0), encodeLeaderInfo()]));
		bench.work(next);
		assert.equal(bench.takeLines().at(-1), "2< ACKEPOCH none current 2");
		next.received(link, packets(["SNAP", at(1, 3)]));
		next.received(link, snapshotOf(at(1, 1), at(1, 3)));
		bench.work(next);
		assert.deepEqual(bench.takeLines(), ["install 1:3"]);
		assert(!next.needsSnapshot);
	});

	it("takes a snapshot in pieces of any size, and passes over entries that are in it", () => {
		const { bench, learner } = promised();
		const bytes = new Writer().raw(packets(["SNAP", at(2, 2)])).raw(snapshotOf(at(2, 1), at(2, 2)));
		bytes.raw(proposals(at(2, 2), at(2, 3))).raw(packets(["COMMIT", at(2, 2)], ["COMMIT", at(2, 3)]));
		for (const byte of bytes.bytes()) learner.received(link, Uint8Array.of(byte));
		bench.work(learner);
		assert.deepEqual(bench.takeLines(), ["install 2:2", "append 2:3", "commit 2:3"]);
	});

	it("ends at a snapshot without its signature", () => {
		const { bench, learner } = promised();
		const bytes = snapshotOf(at(2, 1)).slice();
		bytes[bytes.length - 1] = 0;
		learner.received(link, packets(["SNAP", at(2, 1)]));
		learner.received(link, bytes);
		assert.deepEqual(bench.takeLines(), [
			"ends: the leader's words are not understood: a snapshot without its signature",
		]);
	});

	it("as an observer acknowledges nothing but NEWLEADER, and commits what it is informed of", () => {
		const bench = new RoleBench(4, 3, 1, [2, 2]);
		const learner = connected(bench, false, "observer");
		learner.received(link, packets(["LEADERINFO", at(3, 0), encodeLeaderInfo()]));
		bench.work(learner);
		learner.received(link, packets(["DIFF", at(3, 0)], ["NEWLEADER", at(3, 0), text]));
		bench.work(learner);
		bench.takeLines();
		learner.received(link, packets(["UPTODATE", zxid(-1)], ["INFORM", at(3, 1), proposal(at(3, 1)).body]));
		bench.work(learner);
		assert.deepEqual(bench.takeLines(), ["1< ACK 3:0", "is observer of 2", "append 3:1", "commit 3:1"]);
	});

	const faults: readonly [name: string, bytes: Uint8Array, end: RegExp][] = [
		["a gap between proposals", proposals(at(3, 2)), /0x300000002 is proposed after 0x100000001/],
		["an entry of an epoch that is over", proposals(at(2, 1), at(1, 7)), /0x100000007 is proposed after 0x200000001/],
		["a COMMIT without its proposal", packets(["COMMIT", at(3, 1)]), /nothing is open/],
		[
			"a COMMIT out of order",
			new Writer()
				.raw(proposals(at(3, 1), at(3, 2)))
				.raw(packets(["COMMIT", at(3, 2)]))
				.bytes(),
			/0x300000001 comes first/,
		],
		["a packet that only learners send", packets(["ACKEPOCH", at(3, 0)]), /ACKEPOCH comes while serving/],
		["a second NEWLEADER", packets(["NEWLEADER", at(3, 0), text]), /NEWLEADER comes while serving/],
		[
			"a packet of a length that nobody has",
			Uint8Array.from([0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1, 127, 0, 0, 0]),
			/data of/,
		],
		["an answer cut short", packets(["REVALIDATE", zxid(-1), Uint8Array.of(1)]), /not understood/],
	];
	for (const [name, bytes, end] of faults) {
		it(`ends at ${name}`, () => {
			const { bench, learner } = serving();
			learner.received(link, bytes);
			assert.match(bench.takeLines().at(-1) ?? "", new RegExp(`^ends: .*${end.source}`));
		});
	}

	it("ends when the leader is silent for syncLimit, or for initLimit before", () => {
		const { bench, learner } = serving();
		assert.equal(learner.deadlineMs, 10_000);
		bench.nowMs = 10_000;
		learner.timePassed();
		assert.deepEqual(bench.takeLines(), ["ends: no word from the leader while serving"]);
		assert.equal(promised().learner.deadlineMs, 20_000);
	});

	it("tries a leader again that refuses it, for a while", () => {
		const bench = new RoleBench(1, 3);
		const learner = new Learner(
			bench.parts,
			bench.parts.membership.maybeMember(serverId(2)) as Member,
			"follower",
			false,
		);
		const triedMs: number[] = [];
		while (bench.takeLines().length === 0) {
			triedMs.push(bench.nowMs);
			learner.closed();
			if (learner.deadlineMs > 10_000) break;
			bench.nowMs = learner.deadlineMs;
			learner.timePassed();
		}
		assert.deepEqual(triedMs.slice(0, 6), [0, 5, 15, 35, 75, 155]);
		assert((triedMs.at(-1) ?? 0) <= 700);
	});
});
