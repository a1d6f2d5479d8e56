import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { loadWireSpec } from "../../spec/load/wire.js";
import { Codec } from "../client/codec.js";
import { SessionClient } from "../client/session-client.js";
import { type BundledDriver, startBundledDriver } from "./bundled-driver.js";
import { type Fault, FaultError, type MemberRole } from "./ensemble-driver.js";
import { fourLetterWord } from "./four-letter-word.js";
import { until } from "./testing/far.js";

const first = (): number => 0;

const servingTimeoutMs = 30_000;

describe("bundled driver", function () {
	this.timeout(2 * servingTimeoutMs);
	let driver: BundledDriver;

	before(async () => {
		driver = await startBundledDriver({ servers: 3, observers: 1 });
	});
	afterEach(() => driver.heal());
	after(() => driver.stop());

	const roles = (): Promise<(MemberRole | undefined)[]> =>
		Promise.all(driver.members.map(({ id }) => driver.roleOf(id)));
	const perform = (fault: Fault) => driver.perform(fault, first);
	function becomes(id: number, ...wanted: (MemberRole | undefined)[]): Promise<void> {
		return until(async () => wanted.includes(await driver.roleOf(id)), servingTimeoutMs);
	}
	async function leaderAmong(ids: readonly number[]): Promise<number> {
		let leader: number | undefined;
		await until(async () => {
			for (const id of ids) if ((await driver.roleOf(id)) === "leader") leader = id;
			return leader !== undefined;
		}, servingTimeoutMs);
		return leader ?? 0;
	}
	const others = (id: number): number[] => [1, 2, 3].filter((each) => each !== id);

	it("says who serves as what, and what it knows", async () => {
		assert.deepEqual((await roles()).toSorted(), ["follower", "follower", "leader", "observer"]);
		assert.deepEqual(
			driver.members.map(({ votes }) => votes),
			[true, true, true, false],
		);
		assert.equal(driver.facts.tickTime, 500);
		assert.equal(driver.facts.minSessionTimeout, 1000);
		assert.equal(driver.facts.enforceQuota, true);
	});

	it("kills the leader, and heals", async () => {
		const { servers, text } = await perform({ kill: "leader" });
		const [killed = 0] = servers;
		assert.equal(text, `killed ${killed} (leader)`);
		assert.equal(await driver.roleOf(killed), undefined);
		await leaderAmong(others(killed));
		await driver.heal();
		assert.equal(await driver.roleOf(killed), "follower");
	});

	it("kills a minority that is a minority, whoever is down already", async () => {
		assert.equal((await perform({ kill: "minority" })).servers.length, 1);
		assert.equal((await perform({ kill: "minority" })).text, "killed nobody (minority)");
		assert.equal((await perform({ kill: "majority" })).servers.length, 1);
		assert.equal((await perform({ kill: "all" })).servers.length, 1);
		assert.equal((await perform({ start: "all" })).servers.length, 3);
	});

	it("stops and starts", async () => {
		await perform({ stop: "follower" });
		const { servers } = await perform({ start: "any" });
		await becomes(servers[0] ?? 0, "follower");
	});

	it("pauses and resumes", async () => {
		const { servers } = await perform({ pause: "leader" });
		const [paused = 0] = servers;
		await leaderAmong(others(paused));
		assert.equal(await driver.roleOf(paused), undefined);
		await assert.rejects(perform({ pause: paused }), FaultError);
		await perform({ resume: "all" });
		await becomes(paused, "follower");
	});

	it("parts a leader from the others, who elect another", async () => {
		const { text, servers } = await perform({ partition: [["leader"], ["follower", "follower", "observer"]] });
		assert.match(text, /^parted \d \| \d, \d, 4$/);
		assert.equal(servers.length, 4);
		const [, alone = 0] = /^parted (\d)/.exec(text)?.map(Number) ?? [];
		const leader = await leaderAmong(others(alone));
		await becomes(alone, undefined);
		await becomes(4, "observer");
		await perform({ heal: true });
		await becomes(alone, "follower");
		assert.equal(await driver.roleOf(leader), "leader");
	});

	it("closes one way: who does not hear the leader gives it up", async () => {
		const { servers } = await perform({ oneWay: ["leader", "follower"] });
		await becomes(servers[1] ?? 0, undefined, "leader");
	});

	it("fills a disk, which ends the server when it has to write", async () => {
		const { servers } = await perform({ diskFull: "follower" });
		await perform({ kill: "leader" });
		const said = (): boolean =>
			driver.log().some((line) => line.startsWith(`[${servers[0]}]`) && line.includes("ENOSPC"));
		await until(said, servingTimeoutMs);
		await becomes(servers[0] ?? 0, undefined);
		await until(async () => (await perform({ diskFree: servers[0] ?? 0 })).text.includes("started"), servingTimeoutMs);
		await becomes(servers[0] ?? 0, "follower", "leader");
	});

	it("slows flushes down, and so writes", async () => {
		for (const id of [1, 2, 3]) await perform({ slowFlush: id, ms: 300 });
		const codec = new Codec(loadWireSpec());
		const client = new SessionClient(codec, {
			servers: [driver.members[0]?.address ?? assert.fail()],
			timeoutMs: 5000,
			seed: 1,
		});
		await client.call("sync", "/");
		const startMs = performance.now();
		await client.call("create", "/slow");
		assert.ok(performance.now() - startMs >= 300);
		for (const id of [1, 2, 3]) await perform({ slowFlush: id, ms: 0 });
		await client.call("delete", "/slow");
		await client.close();
	});

	it("refuses clients, and lets them in again", async () => {
		const [member] = driver.members;
		assert.ok(member !== undefined);
		await perform({ refuse: 1 });
		assert.equal(await fourLetterWord(member.address, "ruok"), "");
		await perform({ open: "all" });
		assert.equal(await fourLetterWord(member.address, "ruok"), "imok");
	});

	it("leads clients to another server", async () => {
		const { servers } = await perform({ swap: ["follower", "leader"] });
		const door = driver.members.find(({ id }) => id === servers[0]);
		assert.ok(door !== undefined);
		assert.match(await fourLetterWord(door.address, "srvr"), /^Mode: leader$/m);
	});

	it("says why a server does not come back", async () => {
		const broken = await startBundledDriver({ servers: 1, hurt: "processes" });
		const { port } = broken.members[0]?.address ?? assert.fail();
		await broken.perform({ kill: 1 }, first);
		const squatter = createServer().listen(port, "127.0.0.1");
		await once(squatter, "listening");
		await assert.rejects(broken.heal(), /server 1 ended again and again .*\n.*EADDRINUSE/s);
		await broken.stop();
		squatter.close();
	});

	it("does nothing to a disk whose server would not hear of it", async () => {
		await perform({ pause: 1 });
		await assert.rejects(perform({ slowFlush: 1, ms: 10 }), /server 1 is not there/);
	});

	it("starts nobody any more once it is stopped", async () => {
		const stopped = await startBundledDriver({ servers: 1, hurt: "processes" });
		await stopped.perform({ kill: 1 }, first);
		const healing = assert.rejects(stopped.heal(), /has been stopped/);
		await stopped.stop();
		await healing;
		await assert.rejects(stopped.perform({ start: 1 }, first), /has been stopped/);
	});

	it("says when there is nobody to do it to", async () => {
		await assert.rejects(perform({ start: "any" }), /no server to choose for "any"/);
		await assert.rejects(perform({ kill: 7 }), /server 7 is not there/);
	});
});
