import assert from "node:assert/strict";
import { errors } from "../model/errors.js";
import { create } from "./testing/test-client.js";
import { TestEnsemble } from "./testing/test-ensemble.js";

describe("local sessions", () => {
	it("are in no log, write what nobody has to own, and end without a trace", () => {
		const world = new TestEnsemble(3, { localSessions: "on" });
		for (const member of world.members) {
			const before = world.log.length;
			const client = member.connect();
			assert.equal(client.code(create("/a")), errors.ok);
			assert.equal(client.code({ type: "delete", path: "/a", version: -1 }), errors.ok);
			assert.equal(client.code(create("/e", { flags: 1 })), errors.ephemeralOnLocalSession);
			assert.equal(client.code({ type: "multi", ops: [create("/e", { flags: 3 })] }), errors.ephemeralOnLocalSession);
			assert.equal(client.code({ type: "closeSession" }), errors.ok);
			assert.ok(client.closed);
			assert.equal(world.log.length, before + 2);
			assert.deepEqual([...member.state.sessions], []);
		}
	});

	it("are known to their own server alone", () => {
		const world = new TestEnsemble(3, { localSessions: "on" });
		for (const at of [0, 1]) {
			const client = world.member(at).connect();
			const { session, password } = client;
			client.disconnect();
			assert.equal(world.member(2).connect({ session, password }).session, 0n);
			const again = world.member(at).connect({ session, password });
			assert.equal(again.session, session);
			assert.equal(again.code(create(`/${at}`)), errors.ok);
		}
	});

	it("expire where they are", () => {
		const world = new TestEnsemble(3, { localSessions: "on" });
		const clients = world.members.map((member) => member.connect({ timeoutMs: 1000 }));
		const length = world.log.length;
		world.pass(900);
		for (const client of clients) client.call({ type: "ping" });
		world.pass(900);
		assert.deepEqual(
			clients.map(({ closed }) => closed),
			[false, false, false],
		);
		world.pass(1000);
		assert.deepEqual(
			clients.map(({ closed }) => closed),
			[true, true, true],
		);
		assert.equal(world.log.length, length);
	});

	it("become everybody's with their first ephemeral", () => {
		const world = new TestEnsemble(3, { localSessions: "upgrading" });
		for (const at of [0, 1, 2]) {
			let client = world.member(at).connect({ timeoutMs: 3000 });
			const { session, password } = client;
			assert.equal(client.code({ type: "multi", ops: [create(`/e${at}`, { flags: 1 })] }), errors.ok);
			assert.equal(client.code(create(`/f${at}`, { flags: 1 })), errors.ok);
			assert.equal(world.log.filter(({ header }) => header.session === session && header.type === -10).length, 1);
			for (const { state } of world.members) assert.equal(state.sessions.get(session), 3000);
			client.disconnect();
			client = world.member((at + 1) % 3).connect({ session, password });
			assert.equal(client.session, session);
			client.call({ type: "closeSession" });
			assert.equal(world.leader.state.tree.index.ephemeralCount, 0);
		}
	});
});
