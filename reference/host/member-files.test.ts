import assert from "node:assert/strict";
import fc from "fast-check";
import { encodeEntry } from "../log/txn-record.js";
import { type Zxid, zxid } from "../model/ids.js";
import type { Proposal } from "../zab/contract.js";
import { benchLimits, type Found, MemberBench, ModelHistory, zxidsOf } from "./testing/member-bench.js";

const at = (epoch: number, counter: number): Zxid => zxid(epoch * 2 ** 32 + counter);

/** Epoch 1: 30 committed with snapshots among them, and 20 more that nobody has committed. */
const own = new ModelHistory().grow([...zxidsOf(1, 1, 30), ...zxidsOf(1, 31, 50)]);
const isUncommitted = (each: { readonly zxid: Zxid }): boolean => each.zxid > at(1, 30);

/** A member with all of `own` on disk and in the tree, between two roles. */
function benchWithHistory(): MemberBench {
	const bench = new MemberBench(undefined);
	bench.settle();
	bench.effects.follow("follower", 2 as never);
	for (const proposal of own.proposals) {
		bench.append(proposal);
		bench.step();
		if (!isUncommitted(proposal)) bench.effects.commit(proposal.zxid);
		for (let turn = 0; turn < 3; turn++) bench.step();
	}
	bench.effects.endRole("test");
	bench.settle();
	bench.events.length = 0;
	assert.equal(bench.storage.lastAppliedZxid, at(1, 50));
	return bench;
}

let written: ReturnType<MemberBench["crashed"]> | undefined;

/** The same after a restart. */
function restarted(): MemberBench {
	written ??= benchWithHistory().crashed(() => 0);
	const bench = new MemberBench(written);
	bench.settle();
	bench.events.length = 0;
	return bench;
}

const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 7 });

function drawsOf(drawn: readonly number[]): () => number {
	let draws = 0;
	return () => drawn[draws++ % drawn.length] ?? 0;
}

/** The tree is exactly that of some point of a history. */
function assertPrefix(bench: MemberBench, history: ModelHistory, from: Zxid, upTo: Zxid): void {
	const { tree } = bench.start;
	assert.deepEqual(bench.start.notes, []);
	assert.ok(tree.lastZxid >= from && tree.lastZxid <= upTo, `0x${tree.lastZxid.toString(16)} is out of range`);
	assert.equal(tree.digest, history.digests.get(tree.lastZxid));
}

/** What a learner that ends there is sent from the files. */
function zxidsAfter({ storage }: MemberBench, after: Zxid): number[] | undefined {
	const found = storage.maybeLogged(after);
	return found && [...found].map(({ zxid }) => zxid);
}

/** Breaks the member off after `steps`, and starts it from what its disks kept. */
function crash(bench: MemberBench, steps: number, drawn: readonly number[]): MemberBench {
	for (let step = 0; step < steps; step++) bench.step();
	return new MemberBench(bench.crashed(drawsOf(drawn)));
}

describe("truncation", () => {
	it("takes away what follows, file by file and in the middle of one", () => {
		for (const counter of [50, 49, 42, 38, 33, 31, 30]) {
			const bench = counter === 42 ? benchWithHistory() : restarted();
			assert.ok(bench.storage.canTruncate(at(1, counter)), `to ${counter}`);
			bench.effects.truncate(at(1, counter), 7);
			assert.equal(bench.storage.lastAppliedZxid, at(1, counter));
			bench.settle();
			assert.deepEqual(bench.events, [{ type: "stored", ticket: 7 }]);
			assertPrefix(crash(bench, 0, [0]), own, at(1, counter), at(1, counter));
			assertPrefix(crash(bench, 0, [1]), own, at(1, counter), at(1, counter));
		}
	});

	it("can not go where no entry is", () => {
		const { storage } = benchWithHistory();
		for (const where of [at(2, 1), at(1, 51), at(0, 5)]) assert.equal(storage.canTruncate(where), false);
	});

	it("leaves a history at every moment", () => {
		fc.assert(
			fc.property(fc.integer({ min: 30, max: 49 }), fc.nat(12), shares, (counter, steps, drawn) => {
				const bench = restarted();
				bench.effects.truncate(at(1, counter), 7);
				const after = crash(bench, steps, drawn);
				assertPrefix(after, own, at(1, counter), bench.has("stored") ? at(1, counter) : at(1, 50));
			}),
			{ numRuns: 60 },
		);
	});

	it("is followed by another history", () => {
		const bench = restarted();
		bench.effects.truncate(at(1, 32), 7);
		bench.settle();
		const other = own.upTo(at(1, 32)).grow(zxidsOf(2, 1, 4));
		bench.append(...other.proposals.slice(32));
		bench.settle();
		const after = crash(bench, 0, [0]);
		assertPrefix(after, other, at(2, 4), at(2, 4));
	});
});

describe("installation", () => {
	/** What a leader has that shares the first 30 entries. */
	const leaders = own.upTo(at(1, 30)).grow([...zxidsOf(2, 1, 5)], "b");

	function install(bench: MemberBench, from: ModelHistory): void {
		const source = new MemberBench(undefined);
		source.settle();
		for (const proposal of from.proposals) source.append(proposal);
		source.effects.commit(zxid(Number.MAX_SAFE_INTEGER));
		const intake = bench.effects.intake();
		const { zxid: last, slices } = source.storage.snapshot();
		const rests = [...slices].map((slice) => intake.push(slice));
		assert.equal(rests.at(-1)?.length, 0);
		bench.effects.install(intake, last, 9);
	}

	it("replaces the history", () => {
		const bench = restarted();
		install(bench, leaders);
		assert.equal(bench.storage.lastLoggedZxid, at(2, 5));
		bench.settle();
		assert.deepEqual(bench.events, [{ type: "stored", ticket: 9 }]);
		const more = leaders.upTo(at(2, 5)).grow(zxidsOf(2, 6, 9), "b");
		bench.append(...more.proposals.slice(-4));
		bench.settle();
		bench.effects.commit(at(2, 9));
		assert.deepEqual(zxidsAfter(bench, at(2, 5)), zxidsOf(2, 6, 9));
		assert.equal(zxidsAfter(bench, at(1, 30)), undefined);
		assertPrefix(crash(bench, 0, [0]), more, at(2, 9), at(2, 9));
		assert.deepEqual(
			bench.snapshots.list().filter((name) => name.startsWith("snapshot")),
			["snapshot.200000005"],
		);
	});

	it("leaves the old or the new history at every moment", () => {
		fc.assert(
			fc.property(fc.nat(14), shares, (steps, drawn) => {
				const bench = restarted();
				install(bench, leaders);
				const after = crash(bench, steps, drawn);
				const isNew = after.tree.lastZxid > at(1, 50);
				assert.ok(isNew || !bench.has("stored"));
				assertPrefix(after, isNew ? leaders : own, at(1, 50), at(2, 5));
			}),
			{ numRuns: 60 },
		);
	});

	it("of an earlier state takes what was never committed with it", () => {
		const earlier = own.upTo(at(1, 32));
		fc.assert(
			fc.property(fc.nat(14), shares, (steps, drawn) => {
				const bench = restarted();
				install(bench, earlier);
				assertPrefix(crash(bench, steps, drawn), own, at(1, 32), bench.has("stored") ? at(1, 32) : at(1, 50));
			}),
			{ numRuns: 60 },
		);
	});

	it("of a state before the only snapshot leaves one of the two", () => {
		const earlier = own.upTo(at(1, 32));
		const more = leaders.upTo(at(2, 5)).grow(zxidsOf(2, 6, 20), "b");
		fc.assert(
			fc.property(fc.nat(14), shares, (steps, drawn) => {
				const bench = restarted();
				install(bench, leaders);
				bench.settle();
				for (const proposal of more.proposals.slice(-15)) {
					bench.append(proposal);
					bench.step();
				}
				bench.effects.endRole("test");
				bench.settle();
				bench.events.length = 0;
				assert.equal(bench.storage.canTruncate(at(1, 32)), false);
				install(bench, earlier);
				const after = crash(bench, steps, drawn);
				const isNew = after.tree.lastZxid === at(1, 32);
				assert.ok(isNew || !bench.has("stored"));
				assertPrefix(after, isNew ? earlier : more, isNew ? at(1, 32) : at(2, 5), at(2, 20));
			}),
			{ numRuns: 60 },
		);
	});
});

describe("a member's storage", () => {
	it("names no snapshot before the log has all that is in it", () => {
		const bench = new MemberBench(undefined);
		bench.settle();
		bench.effects.follow("follower", 2 as never);
		const entries = own.proposals.slice(0, 12);
		bench.append(...entries.slice(0, 4));
		bench.settle();
		const commit = (last: number): void => bench.effects.commit(at(1, last));
		commit(4);
		bench.append(...entries.slice(4, 12));
		commit(12);
		for (let turn = 0; turn < 10; turn++) {
			bench.member.turn();
			bench.snapshots.finishFlushes();
		}
		assert.deepEqual(
			bench.snapshots.list().filter((name) => /^snapshot/.test(name)),
			["snapshot.0", "snapshot.10000000c.tmp"],
		);
		bench.settle();
		assert.ok(bench.snapshots.list().includes("snapshot.10000000c"));
	});

	it("goes on with another tree than the leader's, and says so once", () => {
		const bench = new MemberBench(undefined);
		bench.settle();
		bench.effects.follow("follower", 2 as never);
		const wrong = own.entries.slice(0, 3).map((entry) => ({ ...entry, digest: 1n }));
		bench.append(...wrong.map((entry) => ({ zxid: entry.header.zxid, body: encodeEntry(entry) })));
		bench.effects.commit(at(1, 3));
		assert.equal(bench.member.digestMismatches, 3);
		assert.deepEqual(bench.notes, ["at 0x100000001 the tree's digest is not the leader's"]);
	});

	it("refuses what is no entry", () => {
		const bench = new MemberBench(undefined);
		bench.settle();
		const [first, second] = own.proposals as [Proposal, Proposal];
		const wrong = { name: "DecodeError" };
		assert.throws(() => bench.effects.append({ zxid: first.zxid, body: second.body }), wrong);
		assert.throws(() => bench.effects.append({ zxid: first.zxid, body: first.body.subarray(0, 40) }), wrong);
		assert.equal(bench.storage.lastLoggedZxid, 0);
	});

	it("finds entries in the files for a learner", () => {
		const limits = { ...benchLimits, snapshotSizeFactor: 100, snapCount: 1000 };
		const bench = new MemberBench(undefined, limits);
		bench.settle();
		bench.append(...own.proposals);
		bench.settle();
		bench.effects.commit(at(1, 50));
		assert.deepEqual(zxidsAfter(bench, at(1, 30)), zxidsOf(1, 31, 50));
		assert.deepEqual(zxidsAfter(bench, at(1, 1)), zxidsOf(1, 2, 50));
		for (const nowhere of [at(1, 51), at(2, 1), at(0, 7)]) assert.equal(zxidsAfter(bench, nowhere), undefined);
		const again = new MemberBench(
			bench.crashed(() => 0),
			limits,
		);
		assert.deepEqual([...(again.storage.maybeLogged(at(1, 45)) ?? [])].length, 5);
	});

	it("does not take the log of a later epoch for what followed a snapshot that is purged", () => {
		const history = new ModelHistory().grow([...zxidsOf(1, 1, 12), ...zxidsOf(2, 1, 12), ...zxidsOf(3, 1, 4)]);
		const writer = new MemberBench(undefined);
		writer.settle();
		writer.effects.follow("follower", 2 as never);
		for (const proposal of history.proposals) {
			writer.append(proposal);
			writer.effects.commit(proposal.zxid);
			writer.settle();
		}
		const { log, snapshots } = writer.crashed(() => 0);
		const kept = (names: Found, gone: (name: string) => boolean): Found =>
			new Map([...names].filter(([name]) => !gone(name)));
		const base = "snapshot.10000000c";
		const found = { log, snapshots: kept(snapshots, (name) => name > base) };
		const bench = new MemberBench(found, { ...benchLimits, snapshotSizeFactor: 100, commitLogCount: 1 });
		assert.deepEqual(zxidsAfter(bench, at(1, 12)), [...zxidsOf(2, 1, 12), ...zxidsOf(3, 1, 4)]);
		for (const name of bench.log.list()) if (name < "log.300000001") bench.log.remove(name);
		bench.snapshots.remove(base);
		assert.equal(zxidsAfter(bench, at(1, 12)), undefined);
	});
});
