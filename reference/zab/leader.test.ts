import { strict as assert } from "node:assert";
import { epoch, linkId, serverId, type Zxid, zxid } from "../model/ids.js";
import { Leader } from "./leader.js";
import { encodeAckEpoch, encodeLearnerInfo } from "./quorum-bodies.js";
import { at, packets, proposal, RoleBench } from "./testing/role-bench.js";

/** A server with these numbers leads: its log ends at 1:2. */
function leading(voters: number, observers = 0): { bench: RoleBench; leader: Leader } {
	const bench = new RoleBench(1, voters, observers, [1, 1]);
	bench.history(at(1, 1), at(1, 2));
	const leader = new Leader(bench.parts);
	leader.start();
	return { bench, leader };
}

/** A learner says on link 10 + id who it is. */
function comes(leader: Leader, id: number, accepted = 1, type: "FOLLOWERINFO" | "OBSERVERINFO" = "FOLLOWERINFO"): void {
	const link = linkId(10 + id);
	leader.opened(link, `s${id}`);
	leader.received(link, packets([type, at(accepted, 0), encodeLearnerInfo(serverId(id), zxid(0))]));
}

function promises(leader: Leader, id: number, last: Zxid, current = 1): void {
	leader.received(linkId(10 + id), packets(["ACKEPOCH", last, encodeAckEpoch(epoch(current))]));
}

function acks(leader: Leader, id: number, ...zxids: readonly Zxid[]): void {
	leader.received(linkId(10 + id), packets(...zxids.map((one) => ["ACK", one] as ["ACK", Zxid])));
}

/** Server 1 of three leads epoch 2, server 2 follows. */
function serving(voters = 3, observers = 0): { bench: RoleBench; leader: Leader } {
	const { bench, leader } = leading(voters, observers);
	for (let id = 2; 2 * id - 1 <= voters + 1; id++) comes(leader, id);
	for (let id = 2; 2 * id - 1 <= voters + 1; id++) promises(leader, id, at(1, 2));
	bench.work(leader);
	for (let id = 2; 2 * id - 1 <= voters + 1; id++) acks(leader, id, at(2, 0));
	bench.work(leader);
	assert(leader.serving, bench.takeLines().join("\n"));
	bench.takeLines();
	return { bench, leader };
}

describe("a leader", () => {
	it("agrees on an epoch, synchronises, and serves with a quorum", () => {
		const { bench, leader } = leading(3);
		assert.deepEqual(bench.takeLines(), []);
		comes(leader, 2, 4);
		assert.deepEqual(bench.takeLines(), ["acceptedEpoch 5", "12< LEADERINFO 5:0"]);
		promises(leader, 2, at(1, 1));
		assert.deepEqual(bench.takeLines(), []);
		bench.work(leader);
		assert.deepEqual(bench.takeLines(), [
			...["currentEpoch 5", "12< DIFF 5:0", "12< PROPOSAL 1:2", "12< COMMIT 1:2", "12< NEWLEADER 5:0"],
		]);
		acks(leader, 2, at(5, 0));
		assert.deepEqual(bench.takeLines(), ["leads 5", "12< UPTODATE"]);
	});

	it("does not count its own word before it is on disk, and does not serve before, whoever agrees", () => {
		const { bench, leader } = leading(3);
		comes(leader, 2);
		promises(leader, 2, at(1, 2));
		assert.deepEqual(bench.takeLines(), ["acceptedEpoch 2", "12< LEADERINFO 2:0"]);
		comes(leader, 3);
		promises(leader, 3, at(1, 2));
		assert.deepEqual(bench.takeLines().slice(0, 2), ["13< LEADERINFO 2:0", "currentEpoch 2"]);
		acks(leader, 2, at(2, 0));
		assert.deepEqual(bench.takeLines(), []);
		acks(leader, 3, at(2, 0));
		assert.deepEqual(bench.takeLines(), []);
		bench.work(leader);
		assert.deepEqual(bench.takeLines(), ["leads 2", "12< UPTODATE", "13< UPTODATE"]);
	});

	it("leads no server that has more than itself", () => {
		for (const [last, current] of [[at(1, 3), 1] as const, [at(1, 1), 2] as const]) {
			const { bench, leader } = leading(3);
			comes(leader, 2);
			bench.work(leader);
			promises(leader, 2, last, current);
			assert.equal(bench.takeLines().at(-1), "ends: follower 2 (s2) has more than this server");
		}
	});

	it("does not count who may have promised itself to another leader of this epoch", () => {
		const { bench, leader } = leading(3);
		comes(leader, 2);
		bench.work(leader);
		bench.takeLines();
		promises(leader, 2, at(1, 2), -1);
		assert.deepEqual(bench.takeLines(), []);
		comes(leader, 3);
		promises(leader, 3, at(1, 2));
		assert(bench.takeLines().includes("currentEpoch 2"));
	});

	it("makes way when a voter can not follow: it has promised itself to a later epoch", () => {
		const { bench, leader } = serving();
		comes(leader, 3, 7);
		assert.deepEqual(bench.takeLines(), ["ends: follower 3 (s3) has accepted epoch 7, a later one must begin"]);
		const next = new Leader(bench.parts);
		next.start();
		comes(next, 2, 2);
		assert.equal(bench.takeLines().at(0), "acceptedEpoch 8");
	});

	it("counts no observer, for epochs, histories or entries", () => {
		const { bench, leader } = leading(3, 1);
		comes(leader, 4, 9, "OBSERVERINFO");
		assert.deepEqual(bench.takeLines(), []);
		comes(leader, 2);
		promises(leader, 4, at(1, 2), 9);
		bench.work(leader);
		assert.deepEqual(bench.takeLines(), ["acceptedEpoch 2", "14< LEADERINFO 2:0", "12< LEADERINFO 2:0"]);
		promises(leader, 2, at(1, 2));
		bench.work(leader);
		bench.takeLines();
		acks(leader, 4, at(2, 0));
		assert.deepEqual(bench.takeLines(), []);
		acks(leader, 2, at(2, 0));
		assert.deepEqual(bench.takeLines(), ["leads 2", "14< UPTODATE", "12< UPTODATE"]);
		leader.propose(proposal(at(2, 1)));
		bench.work(leader);
		acks(leader, 4, at(2, 1));
		assert.deepEqual(bench.takeLines(), ["append 2:1", "12< PROPOSAL 2:1"]);
		acks(leader, 2, at(2, 1));
		assert.deepEqual(bench.takeLines(), ["12< COMMIT 2:1", "14< INFORM 2:1", "commit 2:1"]);
	});

	it("commits in order what a quorum has on disk, itself included", () => {
		const { bench, leader } = serving();
		for (const counter of [1, 2, 3]) leader.propose(proposal(at(2, counter)));
		bench.takeLines();
		acks(leader, 2, at(2, 1), at(2, 2));
		assert.deepEqual(bench.takeLines(), []);
		bench.work(leader);
		assert.deepEqual(bench.takeLines(), ["12< COMMIT 2:1", "commit 2:1", "12< COMMIT 2:2", "commit 2:2"]);
		acks(leader, 2, at(2, 3));
		assert.deepEqual(bench.takeLines(), ["12< COMMIT 2:3", "commit 2:3"]);
	});

	it("does not count what a follower acknowledged on the link before", () => {
		const { bench, leader } = serving(5);
		leader.propose(proposal(at(2, 1)));
		bench.work(leader);
		acks(leader, 2, at(2, 1));
		leader.closed(linkId(12));
		bench.takeLines();
		acks(leader, 3, at(2, 1));
		assert.deepEqual(bench.takeLines(), [], "1 and 3 are not three of five");
		leader.opened(linkId(99), "s2");
		leader.received(linkId(99), packets(["FOLLOWERINFO", at(2, 0), encodeLearnerInfo(serverId(2), zxid(0))]));
		leader.received(linkId(99), packets(["ACKEPOCH", at(2, 1), encodeAckEpoch(epoch(-1))]));
		assert.deepEqual(bench.takeLines(), [
			...["99< LEADERINFO 2:0", "99< TRUNC 1:2", "99< PROPOSAL 2:1", "99< NEWLEADER 2:0"],
		]);
		leader.received(linkId(99), packets(["ACK", at(2, 0)]));
		assert.deepEqual(bench.takeLines(), ["99< UPTODATE"]);
		leader.received(linkId(99), packets(["ACK", at(2, 1)]));
		assert.deepEqual(bench.takeLines(), ["13< COMMIT 2:1", "99< COMMIT 2:1", "commit 2:1"]);
	});

	it("tells a follower of commits since its synchronisation only behind UPTODATE", () => {
		const { bench, leader } = serving();
		leader.propose(proposal(at(2, 1)));
		comes(leader, 3);
		promises(leader, 3, at(1, 2));
		bench.work(leader);
		bench.takeLines();
		acks(leader, 2, at(2, 1));
		assert.deepEqual(bench.takeLines(), ["12< COMMIT 2:1", "commit 2:1"]);
		acks(leader, 3, at(2, 0));
		assert.deepEqual(bench.takeLines(), ["13< UPTODATE", "13< COMMIT 2:1"]);
	});

	it("sends nobody in between away with a hole: what is committed and not applied yet goes along", () => {
		const { bench, leader } = serving();
		for (const counter of [1, 2]) leader.propose(proposal(at(2, counter)));
		bench.work(leader);
		bench.storage.applyTo = () => undefined;
		acks(leader, 2, at(2, 1));
		bench.takeLines();
		comes(leader, 3);
		promises(leader, 3, at(1, 2));
		assert.deepEqual(bench.takeLines(), [
			...["13< LEADERINFO 2:0", "13< DIFF 2:1", "13< PROPOSAL 2:1", "13< COMMIT 2:1", "13< PROPOSAL 2:2"],
			"13< NEWLEADER 2:0",
		]);
	});

	it("stops when the zxids of its epoch are used up", () => {
		const { bench, leader } = serving();
		leader.propose({ zxid: at(2, 0xffff_ffff), body: new Uint8Array() });
		assert.match(bench.takeLines().join(), /^ends: the zxids of this epoch are used up/);
	});

	it("stops when no quorum follows any more, at the next tick", () => {
		const { bench, leader } = serving();
		leader.closed(linkId(12));
		for (bench.nowMs = 1000; bench.nowMs <= 2000; bench.nowMs += 1000) leader.timePassed();
		assert.deepEqual(bench.takeLines().at(-1), "ends: no quorum follows: only 1");
	});

	it("stops at once when those who left look for another leader", () => {
		const { bench, leader } = serving();
		leader.abandoned(new Set([serverId(2)]));
		assert.deepEqual(bench.takeLines(), []);
		leader.closed(linkId(12));
		leader.abandoned(new Set([serverId(2)]));
		assert.deepEqual(bench.takeLines().at(-1), "ends: servers 2 look for another leader");
	});

	it("cuts off who is silent, owes an acknowledgement too long, or says what nobody may say", () => {
		const { bench, leader } = serving();
		comes(leader, 3);
		bench.nowMs = 10_001;
		acks(leader, 2, at(2, 0));
		leader.timePassed();
		assert(!bench.takeLines().includes("12 closed"));
		leader.received(linkId(13), packets(["COMMIT", at(2, 1)]));
		assert.deepEqual(bench.takeLines(), ["13 closed"]);
		leader.propose(proposal(at(2, 1)));
		bench.nowMs = 21_000;
		leader.received(linkId(12), packets(["PING", at(2, 1)]));
		leader.timePassed();
		assert(bench.takeLines().includes("12 closed"));
	});

	it("gives up when no quorum comes within initLimit", () => {
		const { bench, leader } = leading(3);
		bench.nowMs = 20_000;
		leader.timePassed();
		assert.deepEqual(bench.takeLines(), ["ends: no quorum within initLimit while collecting"]);
	});

	it("is enough by itself in an ensemble of one", () => {
		const { bench, leader } = leading(1);
		bench.work(leader);
		leader.propose(proposal(at(2, 1)));
		bench.work(leader);
		assert.deepEqual(bench.takeLines(), ["acceptedEpoch 2", "currentEpoch 2", "leads 2", "append 2:1", "commit 2:1"]);
	});
});
