import { strict as assert } from "node:assert";
import fc from "fast-check";
import type { PeerStatus } from "./contract.js";
import { ensemble } from "./testing/election-world.js";
import { PeerWorld } from "./testing/peer-world.js";

/** From 0 below 1, the same for the same seed. */
function seeded(seed: number): () => number {
	let state = seed | 0;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

const texts = (world: PeerWorld): string[] => world.chosen.map(({ body }) => new TextDecoder().decode(body));

describe("an ensemble of peers", () => {
	it("elects a leader, commits what it proposes, on all members", () => {
		const world = new PeerWorld(ensemble(3, 1), seeded(1));
		assert(
			world.run(5000, () => world.whole),
			world.notes.join("\n"),
		);
		for (let i = 0; i < 20; i++) world.propose(`change ${i}`);
		assert(
			world.run(5000, () => world.whole && world.chosen.length === 20),
			world.notes.join("\n"),
		);
		assert.equal(texts(world).at(-1), "change 19");
	});

	it("is one server, too", () => {
		const world = new PeerWorld(ensemble(1), seeded(1));
		assert(world.run(100, () => world.whole));
		world.propose("alone");
		assert(world.run(100, () => world.chosen.length === 1));
	});
});

describe("an ensemble of peers in trouble", function () {
	this.timeout(60_000);
	it("never loses or reorders what was committed, and recovers", () => {
		fc.assert(
			fc.property(fc.integer(), fc.integer({ min: 2, max: 5 }), fc.integer({ min: 0, max: 1 }), (...drawn) =>
				trouble(...drawn),
			),
			{
				numRuns: Number(process.env.ZKSPEC_RUNS ?? 10),
			},
		);
	});
});

describe("an ensemble of peers that changes", function () {
	this.timeout(60_000);
	it("takes in servers and lets others go, the leader too", () => {
		const world = new PeerWorld(ensemble(3, 2), seeded(3));
		assert(world.run(5000, () => world.whole));
		const config = (...ids: number[]) => new Map(ids.map((id) => [id, "participant" as const]));
		const becomes = (...ids: number[]): boolean => {
			world.run(20_000, () => world.whole && world.reconfigure(config(...ids)));
			const { version } = world.leader?.peer.status.nextConfig ?? {};
			const isActive = ({ peer }: { peer: { status: PeerStatus } }): boolean => peer.status.config.version === version;
			return world.run(20_000, () => world.whole && [...world.members.values()].every(isActive));
		};
		assert(becomes(1, 2, 3, 4), world.notes.join("\n"));
		assert(becomes(1, 2, 3, 4, 5), world.notes.join("\n"));
		const before = world.leader?.id ?? 0;
		assert(becomes(...[1, 2, 3, 4, 5].filter((id) => id !== before)), world.notes.join("\n"));
		assert.notEqual(world.leader?.id, before);
		world.propose("after it");
		assert(world.run(5000, () => world.whole && texts(world).at(-1) === "after it"));
	});

	it("never loses what was committed, whoever joins, leaves or dies", () => {
		fc.assert(fc.property(fc.integer(), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 2 }), changing), {
			...(process.env.ZKSPEC_SEED === undefined ? {} : { seed: Number(process.env.ZKSPEC_SEED) }),
			numRuns: Number(process.env.ZKSPEC_RUNS ?? 10),
			examples: found.map((example) => [...example]),
		});
	});
});

/** Seed, voters, observers: runs that went wrong once. */
const found: readonly (readonly [number, number, number])[] = [
	// The best candidate is one of whom only the next configuration tells.
	[1560043, 3, 2],
	[3183438, 3, 0],
];

function changing(seed: number, voters: number, observers: number): void {
	trouble(seed, voters, observers, (world, random) => {
		if (random() > 0.02) return;
		const roles = [...world.members.keys()].map((id) => [id, random() < 0.8 ? "participant" : "observer"] as const);
		world.reconfigure(new Map(roles.filter(() => random() < 0.8)));
	});
}

type Meddler = (world: PeerWorld, random: () => number) => void;

function trouble(seed: number, voters: number, observers: number, meddle: Meddler = () => undefined): void {
	const random = seeded(seed);
	const world = new PeerWorld(ensemble(voters, observers), random, 1 + Math.floor(random() * 6));
	let proposals = 0;
	try {
		for (let i = 0; i < 1500; i++) {
			world.step();
			if (random() < 0.1) world.propose(`change ${proposals++}`);
			meddle(world, random);
			if (random() < 0.006) world.cutAny();
			const victim = 1 + Math.floor(random() * (voters + observers));
			if (random() < 0.004) world.kill(victim);
			if (random() < 0.02) world.start(victim);
		}
		for (const id of world.members.keys()) world.start(id);
		const committed = texts(world);
		// Who does not know yet that it is no voter any more asks again once in maxNotificationInterval, after a long silence.
		assert(world.run(80_000, () => world.wholeEnsemble));
		for (let tries = 0; tries < 5 && texts(world).at(-1) !== "the end"; tries++) {
			world.propose("the end");
			world.run(5000, () => world.wholeEnsemble && texts(world).at(-1) === "the end");
		}
		assert(world.wholeEnsemble && texts(world).at(-1) === "the end", "the end does not come");
		assert.deepEqual(texts(world).slice(0, committed.length), committed);
	} catch (error) {
		const story = world.notes.slice(-60).join("\n");
		throw new Error(`${error instanceof Error ? error.stack : error}\n${story}`);
	}
}
