import assert from "node:assert/strict";
import type { Disk } from "../host/disk.js";
import { startMember } from "./member-process.js";
import { run, type StartProcess } from "./run.js";
import { shrinkPlan } from "./shrink.js";
import { startStandalone } from "./standalone-process.js";
import { drawPlan, type Overrides } from "./swarm.js";

const alone: Overrides = { kind: "standalone", servers: 1, observers: 0 };

function assertClean(start: StartProcess, overrides: Overrides, seeds: number): void {
	for (let seed = 1; seed <= seeds; seed++) {
		const { failure } = run(drawPlan(seed, overrides), start);
		assert.equal(failure, undefined, `seed ${seed}: ${failure?.invariant}: ${failure?.message}`);
	}
}

describe("simulator", () => {
	it("takes the same course from the same seed, and another one from another", () => {
		const hashes = [7, 7, 8].map((seed) => run(drawPlan(seed, { servers: 3 }), startMember).hash);
		assert.equal(hashes[0], hashes[1]);
		assert.notEqual(hashes[0], hashes[2]);
	}).timeout(20_000);

	it("finds nothing wrong with a standalone server", () => {
		assertClean(startStandalone, alone, 10);
	}).timeout(20_000);

	it("finds nothing wrong with ensembles", () => {
		assertClean(startMember, {}, 10);
	}).timeout(60_000);

	it("finds nothing wrong with ensembles that change", () => {
		assertClean(startMember, { isChanging: true }, 10);
	}).timeout(60_000);

	it("sees a disk that does not keep what it says, and makes the story short", () => {
		const verdict = (plan: ReturnType<typeof drawPlan>) => run(plan, startOnLyingDisk).failure;
		const plan = drawPlan(1, alone);
		const small = shrinkPlan(plan, verdict, 100);
		assert.equal(verdict(plan)?.invariant, "committed means on the disks of a quorum");
		assert.equal(verdict(small)?.invariant, "committed means on the disks of a quorum");
		assert.deepEqual(small.faults, []);
	}).timeout(30_000);
});

/** Its log disk says of every flush at once that it has ended, and does nothing. */
const startOnLyingDisk: StartProcess = (world) => {
	const flush = (ticket: number): void => running.post({ type: "logDisk", event: { type: "diskFlushed", ticket } });
	const logDisk = new Proxy(world.logDisk, {
		get: (disk, key: keyof Disk) => (key === "flush" ? flush : (disk[key] as () => unknown).bind(disk)),
	});
	const running = startStandalone({ ...world, logDisk });
	return running;
};
