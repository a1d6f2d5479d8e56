import assert from "node:assert/strict";
import fc from "fast-check";
import { create } from "../server/testing/test-client.js";
import { MemoryEnsemble } from "./testing/memory-ensemble.js";

const isServing = (ensemble: MemoryEnsemble) => (): boolean =>
	ensemble.stations.every(({ role }) => role !== undefined);

describe("members that come back", () => {
	/** Every tree is the same, to the last byte of it. */
	function assertEqualTrees(ensemble: MemoryEnsemble): void {
		ensemble.until("the same zxid everywhere", () => new Set(ensemble.stations.map(zxidOf)).size === 1);
		const digests = ensemble.stations.map(({ tree }) => tree().digest);
		assert.equal(new Set(digests).size, 1, digests.join(" "));
		for (const { member } of ensemble.stations) assert.equal(member?.digestMismatches, 0);
	}

	const zxidOf = ({ tree }: MemoryEnsemble["stations"][number]): number => tree().lastZxid;

	function write(ensemble: MemoryEnsemble, server: number, name: string, count: number): void {
		const client = ensemble.connect(server);
		for (let i = 0; i < count; i++) client.send(create(`/${name}${i}`));
		const replies: unknown[] = [];
		ensemble.until(`${count} replies`, () => replies.push(...client.take()) >= count);
	}

	function told(ensemble: MemoryEnsemble, id: number, what: RegExp): boolean {
		return ensemble.station(id).story.some((line) => what.test(line));
	}

	it("get what they missed from memory, from the log, or as a snapshot", () => {
		for (const [missed, kind] of [
			[3, /DIFF/],
			[20, /DIFF/],
			[200, /SNAP/],
		] as const) {
			const ensemble = new MemoryEnsemble(3, 0, { snapshotSizeFactor: missed === 20 ? 20 : 0.33, snapCount: 30 });
			ensemble.until("all to serve", isServing(ensemble));
			write(ensemble, 1, "a", 3);
			ensemble.kill(1);
			write(ensemble, 2, "b", missed);
			ensemble.start(1);
			ensemble.until("it to serve again", isServing(ensemble));
			assert.ok(told(ensemble, 3, kind), ensemble.station(3).story.join("\n"));
			assertEqualTrees(ensemble);
		}
	});

	it("lose what nobody else ever had", () => {
		const ensemble = new MemoryEnsemble(3);
		ensemble.until("all to serve", isServing(ensemble));
		write(ensemble, 1, "a", 3);
		const client = ensemble.connect(3);
		for (const id of [1, 2]) ensemble.kill(id);
		for (let i = 0; i < 5; i++) client.send(create(`/lost${i}`));
		ensemble.pass(5);
		assert.deepEqual(client.take(), []);
		ensemble.kill(3);
		for (const id of [1, 2]) ensemble.start(id);
		ensemble.until("a leader", () => ensemble.leader !== undefined);
		write(ensemble, 1, "b", 3);
		ensemble.start(3);
		ensemble.until("all to serve", isServing(ensemble));
		assert.ok(told(ensemble, 2, /TRUNC/), ensemble.station(2).story.join("\n"));
		assertEqualTrees(ensemble);
	});

	it("observe without a vote", () => {
		const ensemble = new MemoryEnsemble(3, 1);
		ensemble.until("all to serve", isServing(ensemble));
		assert.equal(ensemble.station(4).role?.type, "observer");
		write(ensemble, 4, "a", 10);
		ensemble.kill(4);
		write(ensemble, 1, "b", 30);
		ensemble.start(4);
		ensemble.until("all to serve", isServing(ensemble));
		assertEqualTrees(ensemble);
	});

	const moves = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.nat(600)), { maxLength: 12 });

	it("agree after any order of stops and starts, and keep what was acknowledged", function () {
		this.timeout(60_000);
		fc.assert(
			fc.property(
				moves,
				fc.integer({ min: 1, max: 9 }),
				fc.double({ min: 0, max: 1, noNaN: true }),
				(moves, flushMs, share) => {
					const ensemble = new MemoryEnsemble(3);
					ensemble.flushMs = flushMs;
					ensemble.share = () => share;
					const kept: string[] = [];
					for (const [id, ms] of moves) {
						const { member } = ensemble.station(id);
						if (member === undefined) ensemble.start(id);
						else ensemble.kill(id);
						ensemble.pass(ms);
						const served = ensemble.leader;
						if (served === undefined) continue;
						const client = ensemble.open(served.id);
						for (let i = 0; i < 3; i++) client.send(create(`/n${ensemble.nowMs}-${i}`));
						const atMs = ensemble.nowMs;
						ensemble.pass(ms % 17);
						const done = client.take().filter(({ error }) => error === 0);
						kept.push(...done.map((_, i) => `/n${atMs}-${i}`));
					}
					for (const { id, member } of ensemble.stations) if (member === undefined) ensemble.start(id);
					ensemble.until("all to serve", isServing(ensemble));
					assertEqualTrees(ensemble);
					for (const path of kept) assert.ok(ensemble.station(1).tree().node(path), path);
				},
			),
			{ numRuns: 100 },
		);
	});
});
