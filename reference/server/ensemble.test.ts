import assert from "node:assert/strict";
import { errors } from "../model/errors.js";
import { sessionId } from "../model/ids.js";
import { create } from "./testing/test-client.js";
import { TestEnsemble } from "./testing/test-ensemble.js";

function exists(path: string, watch = false): { type: "exists"; path: string; watch: boolean } {
	return { type: "exists", path, watch };
}

describe("servers of an ensemble", () => {
	it("give new sessions ids of their own, and everybody knows them", () => {
		const world = new TestEnsemble(3);
		const ids = world.members.map((member) => member.connect().session);
		assert.deepEqual(
			ids.map((id) => Number(BigInt.asUintN(64, id) >> 56n)),
			[1, 2, 3],
		);
		for (const { state } of world.members) assert.deepEqual([...state.sessions.keys()].sort(), [...ids].sort());
	});

	it("make every write in the leader's order, whoever it was sent to; zxids begin with the epoch", () => {
		const world = new TestEnsemble(3);
		const clients = world.members.map((member) => member.connect());
		const zxids = clients.map((client, i) => client.call(create(`/${i}`)).zxid);
		assert.deepEqual(zxids, [0x1_0000_0004, 0x1_0000_0005, 0x1_0000_0006]);
		for (const client of clients) for (const i of [0, 1, 2]) assert.equal(client.code(exists(`/${i}`)), errors.ok);
		assert.equal(new Set(world.members.map(({ state }) => state.tree.digest)).size, 1);
		world.elect(2);
		assert.equal(world.member(1).connect().call(create("/next")).zxid, 0x2_0000_0002);
	});

	it("answer a session's requests in its order: reads wait for its writes, and for nobody else's", () => {
		const world = new TestEnsemble(3);
		const [one, other] = [world.member(2).connect(), world.member(2).connect()];
		world.settlesAtOnce = false;
		one.send(create("/a"));
		one.send(exists("/a"));
		one.send({ type: "sync", path: "/a" });
		one.send({ type: "ping" });
		one.send(create("/b"));
		other.send(exists("/a"));
		assert.deepEqual([one.takeStory(), other.takeStory()], [[], ["1"]]);
		world.hear(2);
		world.commit();
		world.tell(2);
		assert.deepEqual(one.takeStory(), ["1", "2"]);
		world.hear(2);
		world.hear(2);
		world.tell(2);
		assert.deepEqual(one.takeStory(), ["3", "-2"]);
		world.settle();
		assert.deepEqual(one.takeStory(), ["5"]);
	});

	it("answer a sync only when everything that the leader had decided has come", () => {
		const world = new TestEnsemble(3);
		const [writer, reader] = [world.leader.connect(), world.member(2).connect()];
		world.settlesAtOnce = false;
		writer.send(create("/a"));
		reader.send({ type: "sync", path: "/" });
		reader.send(exists("/a"));
		world.hear(2);
		assert.ok(!world.tell(2));
		world.commit();
		assert.ok(world.tell(2));
		assert.deepEqual(reader.takeStory(), []);
		assert.ok(world.tell(2));
		assert.deepEqual(
			reader.take().map(({ error }) => error),
			[errors.ok, errors.ok],
		);
	});

	it("answer refused and malformed writes through the leader, each with its zxid", () => {
		const world = new TestEnsemble(3);
		const client = world.member(1).connect();
		const before = world.log.length;
		assert.equal(client.code({ type: "delete", path: "/none", version: -1 }), errors.noNode);
		assert.equal(client.code({ type: "multi", ops: [create("/m"), { type: "delete", path: "/no", version: -1 }] }), 0);
		client.write(Uint8Array.of(0, 0, 0, 9, 0, 0, 0, 9, 0, 0, 0, 14, 7));
		assert.deepEqual(
			client.take().map(({ xid, error }) => [xid, error]),
			[[9, errors.marshallingError]],
		);
		assert.equal(world.log.length, before + 3);
		assert.ok(!client.closed);
	});

	it("show a change to watchers on every server before the reply that reveals it", () => {
		const world = new TestEnsemble(3);
		const clients = world.members.map((member) => member.connect());
		for (const client of clients) client.call(exists("/w", true));
		clients[1]?.send(create("/w"));
		assert.deepEqual(
			clients.map((client) => client.takeStory()),
			[["created /w"], ["created /w", "2"], ["created /w"]],
		);
	});

	it("keep a reply for the connection that asked: the next one of the session counts anew", () => {
		const world = new TestEnsemble(3);
		const first = world.member(2).connect();
		world.settlesAtOnce = false;
		first.send(create("/1"));
		const { session, password } = first;
		const second = world.member(2).connect({ session, password });
		world.hear(2);
		// Apache's leader answers at once, also while changes of the session are on their way.
		world.member(2).stepAlone({ type: "revalidated", session, valid: true });
		assert.equal(second.session, session);
		second.send(create("/2"));
		world.settle();
		const made = world.leader.state.tree.mustNode("/2").stat.czxid;
		assert.ok(world.leader.state.tree.node("/1"));
		assert.deepEqual(
			second.take().map(({ xid, zxid }) => [xid, zxid]),
			[[1, made]],
		);
	});
});

describe("sessions of an ensemble", () => {
	it("go on at another server only when what they did before is there", () => {
		const world = new TestEnsemble(3);
		const first = world.member(1).connect();
		world.settlesAtOnce = false;
		first.send(create("/1"));
		world.hear(1);
		const { session, password } = first;
		const second = world.member(2).connect({ session, password });
		world.hear(2);
		assert.ok(!world.tell(2));
		world.commit();
		assert.ok(world.tell(2) && second.session === 0n);
		assert.ok(world.tell(2) && second.session === session);
		assert.ok(world.member(2).state.tree.node("/1"));
	});

	it("do not go on when they ended while their new server asked for them", () => {
		const world = new TestEnsemble(3);
		const first = world.member(1).connect();
		world.settlesAtOnce = false;
		first.send({ type: "closeSession" });
		const { session, password } = first;
		const second = world.member(2).connect({ session, password });
		world.hear(1);
		world.hear(2);
		world.settle();
		assert.deepEqual([second.closed, second.session], [true, 0n]);
	});

	it("move from server to server with everything that they own", () => {
		const world = new TestEnsemble(3);
		let client = world.member(0).connect();
		const { session, password } = client;
		client.call(create("/e", { flags: 1 }));
		for (const at of [1, 2, 0, 2, 0]) {
			client.disconnect();
			client = world.member(at).connect({ session, password, timeoutMs: 2000 });
			assert.deepEqual([client.session, client.timeoutMs], [session, 2000]);
			assert.equal(client.code({ type: "setData", path: "/e", data: new Uint8Array(), version: -1 }), errors.ok);
		}
		client.call({ type: "closeSession" });
		assert.ok(client.closed);
		for (const { state } of world.members) assert.equal(state.tree.node("/e"), undefined);
	});

	it("are written to by the server alone that they came to last: elsewhere the connection ends without a reply", () => {
		for (const [from, to] of [
			[0, 1],
			[1, 0],
			[1, 2],
		] as const) {
			const world = new TestEnsemble(3);
			const old = world.member(from).connect();
			const { session, password } = old;
			const present = world.member(to).connect({ session, password });
			assert.ok(!old.closed);
			old.send(from === 0 ? exists("/") : create("/old"));
			assert.deepEqual([old.takeStory(), old.closed], [[], true]);
			assert.equal(world.leader.state.tree.node("/old"), undefined);
			assert.equal(present.code(create("/new")), errors.ok);
		}
	});

	it("that moved end a multi as well, and still answer reads and pings on a learner", () => {
		const world = new TestEnsemble(3);
		const old = world.member(1).connect();
		const { session, password } = old;
		const present = world.member(2).connect({ session, password });
		assert.equal(old.code(exists("/")), errors.ok);
		assert.equal(old.code({ type: "ping" }), errors.ok);
		assert.equal(old.code({ type: "sync", path: "/" }), errors.ok);
		old.send({ type: "multi", ops: [create("/m")] });
		assert.deepEqual([old.takeStory(), old.closed], [[], true]);
		assert.ok(!present.closed);
	});

	it("are refused everywhere when they are unknown or named with a wrong password", () => {
		const world = new TestEnsemble(3);
		for (const member of world.members) {
			const { session } = member.connect();
			for (const asked of [session, sessionId(77n)]) {
				const client = member.connect({ session: asked });
				assert.deepEqual([client.session, client.timeoutMs, client.closed], [0n, 0, true]);
			}
		}
		const { session, password } = world.leader.connect();
		world.settlesAtOnce = false;
		const waiting = world.member(1).open();
		waiting.handshake({ session, password, timeoutMs: 4000 });
		assert.deepEqual([waiting.text, waiting.closed], ["", false]);
		waiting.send(exists("/"));
		assert.deepEqual(waiting.takeStory(), []);
		world.settle();
		assert.deepEqual([waiting.session, waiting.takeStory()], [session, ["1"]]);
	});

	it("expire when no server has heard of them, and only then", () => {
		const world = new TestEnsemble(3);
		const quiet = world.member(1).connect({ timeoutMs: 2000 });
		const lively = world.member(2).connect({ timeoutMs: 2000 });
		quiet.call(create("/quiet", { flags: 1 }));
		lively.call(create("/lively", { flags: 1 }));
		for (let i = 0; i < 10; i++) {
			world.pass(500);
			lively.call({ type: "ping" });
		}
		assert.deepEqual([quiet.closed, lively.closed], [true, false]);
		for (const { state } of world.members) {
			assert.equal(state.tree.node("/quiet"), undefined);
			assert.ok(state.tree.node("/lively"));
			assert.equal(state.sessions.size, 1);
		}
	});

	it("do not expire while the server of their client is late with its reports, but with that server", () => {
		const world = new TestEnsemble(3);
		const client = world.member(1).connect({ timeoutMs: 1000 });
		const lost = world.member(2).connect({ timeoutMs: 1000 });
		world.pingsCome = false;
		world.pass(400);
		client.call({ type: "ping" });
		world.pass(4000);
		assert.deepEqual([client.closed, lost.closed], [false, false]);
		world.leader.step({ type: "learnerGone", learner: world.linkOf(2) });
		world.pass(1000);
		assert.deepEqual([client.closed, lost.closed], [false, true]);
		world.pingsCome = true;
		world.pass(800);
		assert.ok(!client.closed);
		world.pass(1500);
		assert.ok(client.closed);
	});

	it("do not come back for good by a createSession behind their end", () => {
		const world = new TestEnsemble(3);
		for (const at of [0, 1]) {
			const client = world.member(at).connect({ timeoutMs: 1000 });
			world.ping();
			world.clock.nowMs += 5000;
			world.ping();
			world.settlesAtOnce = false;
			world.leader.stepAlone({ type: "time" });
			client.write(Uint8Array.of(0, 0, 0, 12, 0, 0, 0, 7, 255, 255, 255, 246, 0, 0, 4, 0));
			world.settlesAtOnce = true;
			world.settle();
			assert.ok(client.closed);
			world.pass(3000);
			for (const { state } of world.members) assert.deepEqual([...state.sessions], []);
		}
	});

	it("do not expire before their clients can know of them", () => {
		const world = new TestEnsemble(3);
		world.settlesAtOnce = false;
		const clients = [world.leader.connect({ timeoutMs: 1000 }), world.member(2).connect({ timeoutMs: 1000 })];
		world.hear(2);
		world.pass(5000);
		world.settle();
		for (const client of clients) {
			assert.ok(!client.closed);
			client.send({ type: "ping" });
		}
		world.pass(900);
		assert.equal(world.leader.state.sessions.size, 2);
	});

	it("get their full timeout again from a new leader", () => {
		const world = new TestEnsemble(3);
		const { session, password } = world.member(1).connect({ timeoutMs: 2000 });
		world.pass(1500);
		world.elect(1);
		world.pass(1500);
		assert.equal(world.member(2).connect({ session, password, timeoutMs: 2000 }).session, session);
		world.elect(0);
		world.pass(3000);
		assert.equal(world.log.at(-1)?.header.type, -11);
	});

	it("are not lost with a server that a createSession came through", () => {
		const world = new TestEnsemble(3);
		world.settlesAtOnce = false;
		const client = world.member(1).connect();
		client.disconnect();
		world.settle();
		assert.equal(world.leader.state.sessions.size, 1);
		world.settlesAtOnce = true;
		world.pass(6000);
		for (const { state } of world.members) assert.equal(state.sessions.size, 0);
	});

	it("wait for an answer of the leader as long as their timeout allows", () => {
		const world = new TestEnsemble(3);
		const { session, password } = world.leader.connect({ timeoutMs: 1000 });
		world.settlesAtOnce = false;
		const waiting = world.member(1).open();
		waiting.handshake({ session, password, timeoutMs: 1000 });
		world.pass(20_000);
		assert.ok(waiting.closed);
	});
});
