import assert from "node:assert/strict";
import fc from "fast-check";
import { epoch, type ServerId, serverId, zxid } from "../model/ids.js";
import { Election, type ElectionTimings } from "./election.js";
import { type Candidate, compareCandidates, type Vote } from "./notification.js";
import { type Quorum, quorumOf } from "./quorum.js";
import { ensemble } from "./testing/election-world.js";

const timings: ElectionTimings = { finalizeWaitMs: 200, notificationMsMin: 200, notificationMsMax: 60_000 };

interface Message {
	readonly from: ServerId;
	readonly to: ServerId;
	readonly vote: Vote;
}

/** Elections whose messages lie in one heap until somebody delivers, repeats or loses them. */
class Pool {
	readonly quorum: Quorum;
	readonly own = new Map<ServerId, Candidate>();
	readonly elections = new Map<ServerId, Election>();
	messages: Message[] = [];
	nowMs = 0;

	constructor(zxids: readonly (readonly [peerEpoch: number, zxid: number])[], weights = "") {
		this.quorum = quorumOf(ensemble(zxids.length, 0, weights));
		for (const [index, [peerEpoch, at]] of zxids.entries()) {
			const id = serverId(index + 1);
			this.own.set(id, { leader: id, peerEpoch: epoch(peerEpoch), zxid: zxid(at) });
			const broadcast = (vote: Vote) => {
				for (const to of this.quorum.voters) if (to !== id) this.messages.push({ from: id, to, vote });
			};
			const send = (to: ServerId, vote: Vote) => this.messages.push({ from: id, to, vote });
			this.elections.set(id, new Election(id, this.quorum, timings, { send, broadcast, isReachable: () => true }));
		}
	}

	start(number: number): void {
		const id = serverId(number);
		const own = this.own.get(id);
		if (own !== undefined) this.elections.get(id)?.start(own, this.nowMs);
	}

	election(number: number): Election {
		const election = this.elections.get(serverId(number));
		assert.ok(election);
		return election;
	}

	/** Those that are let through, in order, and what comes of them; the others are lost. */
	deliverAll(isLet: (message: Message) => boolean): void {
		for (let rounds = 0; this.messages.length > 0 && rounds < 100; rounds++) {
			const message = this.messages.shift();
			if (message === undefined || !isLet(message)) continue;
			this.election(message.to).take(message.from, { ...message.vote, config: undefined }, this.nowMs);
		}
	}

	deliver(index: number, keep: boolean): void {
		const message = this.messages[index % Math.max(this.messages.length, 1)];
		if (message === undefined) return;
		if (!keep) this.messages.splice(this.messages.indexOf(message), 1);
		this.elections.get(message.to)?.take(message.from, { ...message.vote, config: undefined }, this.nowMs);
	}

	pass(ms: number): void {
		this.nowMs += ms;
		for (const election of this.elections.values())
			if (election.deadlineMs <= this.nowMs) election.timePassed(this.nowMs);
	}

	/** Who has decided: server, leader and round. */
	decided(): { id: ServerId; vote: Vote }[] {
		return [...this.elections].filter(([, { state }]) => state !== "looking").map(([id, { vote }]) => ({ id, vote }));
	}
}

const action = fc.oneof(
	{
		weight: 20,
		arbitrary: fc.record({ type: fc.constantFrom("deliver" as const, "repeat" as const), n: fc.nat(500) }),
	},
	{ weight: 2, arbitrary: fc.record({ type: fc.constant("lose" as const), n: fc.nat(500) }) },
	{ weight: 2, arbitrary: fc.record({ type: fc.constant("pass" as const), n: fc.integer({ min: 1, max: 300 }) }) },
);
const logs = fc.array(fc.tuple(fc.nat(2), fc.nat(3)), { minLength: 1, maxLength: 5 });

function act(pool: Pool, { type, n }: { type: "deliver" | "repeat" | "lose" | "pass"; n: number }): void {
	if (type === "pass") pool.pass(n);
	else if (type === "lose") pool.messages.splice(n % Math.max(pool.messages.length, 1), 1);
	else pool.deliver(n, type === "repeat");
}

/** The servers whose own log is no better than the leader's. */
function notAhead(pool: Pool, leader: ServerId): Set<ServerId> {
	const chosen = pool.own.get(leader);
	const ids = [...pool.own].filter(([, own]) => chosen !== undefined && compareCandidates(own, chosen) <= 0);
	return new Set(ids.map(([id]) => id));
}

describe("Election", () => {
	it("has in each round one leader at most that a quorum has decided on, and it is ahead of a quorum", () => {
		fc.assert(
			fc.property(logs, fc.array(action, { maxLength: 150 }), (zxids, actions) => {
				const pool = new Pool(zxids);
				for (const id of pool.quorum.voters) pool.start(id);
				for (const one of actions) act(pool, one);
				const byLeader = new Map<string, Set<ServerId>>();
				for (const { id, vote } of pool.decided()) {
					assert.ok(pool.quorum.isQuorum(notAhead(pool, vote.leader)), `${vote.leader} is behind a quorum`);
					const key = `${vote.round}:${vote.leader}`;
					byLeader.set(key, (byLeader.get(key) ?? new Set()).add(id));
				}
				const chosen = [...byLeader].filter(([, ids]) => pool.quorum.isQuorum(ids)).map(([key]) => key.split(":")[0]);
				assert.equal(new Set(chosen).size, chosen.length);
			}),
		);
	});

	it("ends with everybody on the best log once messages arrive again, though some were lost before", () => {
		fc.assert(
			fc.property(logs, fc.array(action, { maxLength: 40 }), (zxids, actions) => {
				const pool = new Pool(zxids);
				for (const id of pool.quorum.voters) pool.start(id);
				for (const one of actions.filter(({ type }) => type !== "pass")) act(pool, one);
				for (let i = 0; i < 3000 && pool.decided().length < zxids.length; i++) {
					if (pool.messages.length > 0) pool.deliver(0, false);
					else pool.pass(100);
				}
				const best = [...pool.own.values()].sort(compareCandidates).at(-1)?.leader;
				assert.deepEqual(
					pool.decided().map(({ vote }) => vote.leader),
					zxids.map(() => best),
				);
			}),
		);
	});

	it("says little: an answer for a message at most, so that nothing goes round for ever", () => {
		const pool = new Pool(Array.from({ length: 7 }, () => [0, 0]));
		for (const id of pool.quorum.voters) pool.start(id);
		let count = 0;
		for (; pool.messages.length > 0; count++) pool.deliver(0, false);
		assert.ok(count < 250, `${count} messages`);
	});

	it("joins a later round with its own candidate, and forgets the votes of the one before", () => {
		const pool = new Pool([
			[0, 5],
			[0, 0],
			[0, 0],
		]);
		pool.start(1);
		pool.messages = [];
		const later: Vote = {
			leader: serverId(3),
			zxid: zxid(0),
			peerEpoch: epoch(0),
			round: 8,
			state: "looking",
			version: 2,
		};
		pool.election(1).take(serverId(3), { ...later, config: undefined }, 0);
		assert.deepEqual(
			pool.messages.map(({ to, vote }) => [to, vote.leader, vote.round]),
			[
				[2, 1, 8],
				[3, 1, 8],
			],
		);
	});

	it("answers who is behind with its own vote, and takes no vote without a zxid", () => {
		const pool = new Pool([
			[0, 5],
			[0, 0],
			[0, 0],
		]);
		pool.start(1);
		pool.start(1);
		pool.messages = [];
		const election = pool.election(1);
		const old: Vote = {
			leader: serverId(3),
			zxid: zxid(9),
			peerEpoch: epoch(0),
			round: 1,
			state: "looking",
			version: 2,
		};
		election.take(serverId(3), { ...old, config: undefined }, 0);
		assert.deepEqual(
			pool.messages.map(({ to, vote }) => [to, vote.leader, vote.round]),
			[[3, 1, 2]],
		);
		election.take(serverId(3), { ...old, zxid: zxid(-1), peerEpoch: epoch(4), round: 2, config: undefined }, 0);
		assert.equal(election.vote.leader, 1);
	});

	it("follows a leader only when it says itself that it leads", () => {
		const pool = new Pool([
			[0, 0],
			[0, 0],
			[0, 0],
		]);
		pool.start(1);
		const election = pool.election(1);
		const hear = (from: number, state: Vote["state"]) => {
			const vote: Vote = { leader: serverId(3), zxid: zxid(7), peerEpoch: epoch(2), round: 4, state, version: 2 };
			election.take(serverId(from), { ...vote, config: undefined }, 0);
		};
		hear(2, "following");
		hear(3, "following");
		assert.equal(election.state, "looking");
		hear(3, "leading");
		assert.equal(election.state, "following");
		assert.deepEqual([election.vote.round, election.vote.peerEpoch], [4, 2]);
	});

	it("tells a leader that was decided on too early who has found a better one", () => {
		const pool = new Pool([
			[0, 0],
			[0, 0],
			[0, 0],
		]);
		const [one, two] = [pool.election(1), pool.election(2)];
		pool.start(1);
		pool.start(2);
		pool.deliverAll((message) => message.to !== serverId(3));
		two.timePassed(pool.nowMs);
		two.timePassed(pool.nowMs + timings.finalizeWaitMs);
		assert.equal(two.state, "leading");
		assert.equal(one.state, "looking");
		pool.start(3);
		pool.deliverAll((message) => message.from !== serverId(2));
		assert.equal(one.vote.leader, serverId(3));
		assert.deepEqual([...two.lookingAgain].sort(), [1, 3]);
	});

	it("neither votes nor answers before it begins, and between a role and the next election", () => {
		const pool = new Pool([
			[0, 9],
			[0, 0],
			[0, 0],
		]);
		const election = pool.election(1);
		const hear = () => {
			const vote: Vote = {
				leader: serverId(3),
				zxid: zxid(0),
				peerEpoch: epoch(0),
				round: 4,
				state: "looking",
				version: 2,
			};
			for (const from of [2, 3]) election.take(serverId(from), { ...vote, config: undefined }, 0);
		};
		hear();
		assert.deepEqual([election.vote.round, pool.messages.length], [0, 0]);
		pool.start(1);
		hear();
		assert.equal(election.vote.round, 4);
		pool.messages = [];
		election.leave();
		hear();
		assert.deepEqual([election.state, pool.messages.length], ["looking", 0]);
	});

	it("asks again less and less often while nobody answers", () => {
		const pool = new Pool([
			[0, 0],
			[0, 0],
			[0, 0],
		]);
		pool.start(1);
		const election = pool.election(1);
		const waits: number[] = [];
		for (let i = 0; i < 11; i++) {
			const waitMs = election.deadlineMs - pool.nowMs;
			waits.push(waitMs);
			pool.pass(waitMs);
		}
		assert.deepEqual(waits, [200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200, 60_000, 60_000]);
	});
});
