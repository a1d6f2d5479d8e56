import assert from "node:assert/strict";
import fc from "fast-check";
import { Writer } from "../lib/writer.js";
import { serverId } from "../model/ids.js";
import { encodeInitialMessage } from "./initial-message.js";
import { ElectionWorld, ensemble } from "./testing/election-world.js";

/** How long it took until everybody who is up agreed. */
function agreementMs(world: ElectionWorld, leader: number, withinMs: number): number {
	const startMs = world.nowMs;
	const agreed = world.run(withinMs, () => world.agreesOn(leader));
	assert.ok(agreed, `after ${withinMs} ms: ${world.leaders()}`);
	return world.nowMs - startMs;
}

function started(voters: number, observers = 0, more = ""): ElectionWorld {
	const world = new ElectionWorld(ensemble(voters, observers, more));
	world.look(...world.servers.keys());
	return world;
}

describe("Elector", () => {
	it("lets everybody agree on the largest id of equals, without waiting when all can be heard", () => {
		for (const voters of [1, 2, 3, 5, 7]) {
			const tookMs = agreementMs(started(voters), voters, 1000);
			assert.ok(tookMs < 15, `${voters} servers took ${tookMs} ms`);
		}
	});

	it("prefers the longer log", () => {
		const world = new ElectionWorld(ensemble(3));
		world.server(1).zxid = 9;
		world.look(1, 2, 3);
		agreementMs(world, 1, 100);
		assert.match(world.server(2).decided[0]?.line ?? "", /server 1 is to lead \(epoch 0, zxid 0x9\), round 1 took \d/);
	});

	it("never names a server without weight", () => {
		const world = started(3, 0, "group.1=1:2:3\nweight.3=0");
		agreementMs(world, 2, 1000);
	});

	it("does not wait for a server whose port nobody listens on", () => {
		const world = new ElectionWorld(ensemble(3));
		world.look(1, 2);
		assert.ok(agreementMs(world, 2, 1000) < 15);
	});

	it("waits for a better vote of one that neither answers nor refuses, and no longer", () => {
		const world = new ElectionWorld(ensemble(3));
		world.silent.add(3);
		world.look(1, 2);
		const tookMs = agreementMs(world, 2, 1000);
		assert.ok(tookMs >= 200 && tookMs < 220, `${tookMs} ms`);
	});

	it("finds the next leader at once when the leader dies, whoever notices first", () => {
		for (const voters of [3, 5]) {
			for (let first = 1; first < voters; first++) {
				const world = started(voters);
				agreementMs(world, voters, 100);
				world.kill(voters);
				world.look(first);
				world.run(3);
				for (let id = 1; id < voters; id++) if (id !== first) world.look(id);
				const tookMs = agreementMs(world, voters - 1, 1000);
				assert.ok(tookMs < 15, `${first} of ${voters}: ${tookMs} ms`);
			}
		}
	});

	it("lets a newcomer follow the leader that there is, though its id is larger", () => {
		const world = new ElectionWorld(ensemble(5));
		world.look(1, 2, 3);
		agreementMs(world, 3, 100);
		world.look(5);
		assert.ok(agreementMs(world, 3, 1000) < 15);
		assert.equal(world.server(5).elector.state, "following");
	});

	it("tells an observer who leads, also one that asked before anybody knew", () => {
		const world = new ElectionWorld(ensemble(3, 2));
		world.look(4);
		world.run(7000);
		world.look(1);
		world.run(3000);
		world.look(2, 3, 5);
		agreementMs(world, 3, 2100);
		assert.equal(world.server(5).elector.state, "observing");
		assert.equal(world.server(4).decided[0]?.state, "observing");
	});

	it("remembers who went looking since its role began", () => {
		const world = started(3);
		agreementMs(world, 3, 100);
		assert.deepEqual([...world.server(3).elector.lookingAgain], []);
		world.look(1);
		world.run(10);
		assert.deepEqual([...world.server(3).elector.lookingAgain], [1]);
	});

	it("says once what strangers did wrong, and ends their links", () => {
		const world = started(2);
		const own = encodeInitialMessage(serverId(2), "s2:3002");
		const unknown = encodeInitialMessage(serverId(9), "nowhere");
		const huge = new Writer()
			.raw(encodeInitialMessage(serverId(3), "s3:1"))
			.int(1 << 30)
			.copy();
		for (const bytes of [
			own,
			own,
			unknown,
			new Writer().long(-5).copy(),
			new Writer().long(-65536).long(1).int(9999).copy(),
		]) {
			world.inject(2, bytes);
		}
		assert.deepEqual(world.server(2).notes, [
			"10.9.9.9: another server says it has this one's id 2 (myid)",
			"10.9.9.9: no server of this ensemble has the id 9",
			"10.9.9.9: protocol version -5 on the election port",
			"10.9.9.9: an address of 9999 bytes on the election port",
		]);
		const three = started(3);
		three.inject(1, huge);
		assert.deepEqual(three.server(1).notes, [
			"10.9.9.9: server 3 sent a message of 1073741824 bytes on the election port",
		]);
		agreementMs(three, 3, 1000);
	});

	it("suspects a second server of one id, when its calls do not end", () => {
		const world = started(3);
		agreementMs(world, 3, 100);
		for (const [to, from] of [
			[3, 1],
			[1, 3],
		] as const) {
			for (let i = 0; i < 6; i++) {
				world.inject(to, encodeInitialMessage(serverId(from), "elsewhere:1"));
				world.run(100);
			}
			const suspicion = `10.9.9.9: server ${from} calls again and again: do two servers have this id (myid)?`;
			assert.deepEqual(world.server(to).notes, [suspicion]);
		}
	});

	it("bounds the links that say nothing, and forgets them in time", () => {
		const world = started(1);
		for (let i = 0; i < 70; i++) world.inject(1, new Uint8Array());
		assert.deepEqual(world.server(1).notes, ["10.9.9.9: too many links to the election port that say nothing"]);
		world.run(6000);
		world.inject(1, new Uint8Array());
		assert.equal(world.server(1).notes.length, 1);
	});

	it("ends in one leader with a quorum once links hold and time-outs have passed, whatever went before", () => {
		const servers = fc.integer({ min: 1, max: 5 });
		const trouble = fc.oneof(
			fc.record({ type: fc.constant("kill" as const), a: servers, b: servers }),
			fc.record({ type: fc.constant("look" as const), a: servers, b: servers }),
			fc.record({ type: fc.constant("cut" as const), a: servers, b: servers }),
			fc.record({ type: fc.constant("wait" as const), a: fc.integer({ min: 0, max: 500 }), b: servers }),
		);
		const latencies = fc.infiniteStream(fc.integer({ min: 0, max: 40 }));
		fc.assert(
			fc.property(fc.array(trouble, { maxLength: 30 }), latencies, (troubles, latency) => {
				const world = new ElectionWorld(ensemble(5));
				world.latencyMs = () => latency.next().value as number;
				for (const one of troubles) {
					if (one.type === "wait") world.run(one.a);
					else if (one.type === "cut") world.cut(one.a, one.b);
					else if (one.type === "kill") world.kill(one.a);
					else if (world.server(one.a).elector.state !== "looking" || !world.server(one.a).up) world.look(one.a);
				}
				assert.ok(settles(world), `${world.leaders()}`);
			}),
			{ numRuns: 30 },
		);
	});
});

/** As peers do: a role whose other side is not there ends after a while. */
function settles(world: ElectionWorld): boolean {
	for (let tries = 0; tries < 20; tries++) {
		for (const { id, up, elector, decided } of world.servers.values()) {
			const leader = decided.at(-1)?.leader ?? id;
			const alone = elector.state === "leading" && world.maybeLeader() !== id;
			const lost = elector.state === "following" && world.server(leader).elector.state !== "leading";
			if (!up || alone || lost) world.look(id);
		}
		if (world.run(3000, () => world.maybeLeader() !== undefined && !world.leaders().includes(0))) return true;
	}
	return false;
}
