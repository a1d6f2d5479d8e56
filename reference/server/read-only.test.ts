import assert from "node:assert/strict";
import { encodeUtf8 } from "../lib/utf8.js";
import { errors } from "../model/errors.js";
import { create } from "./testing/test-client.js";
import { TestServer } from "./testing/test-server.js";

/** A server that had a client once, and has no leader now. */
function without(config: ConstructorParameters<typeof TestServer>[0] = {}): {
	world: TestServer;
	known: ReturnType<TestServer["connect"]>;
} {
	const before = new TestServer({ ...config, serverId: 2 });
	const known = before.connect();
	known.call(create("/a"));
	return { world: new TestServer(config, before.state, { type: "readOnly" }), known };
}

describe("a read-only server", () => {
	it("takes only clients that asked for one, and no new session", () => {
		const { world, known } = without();
		const { session, password } = known;
		const stern = world.connect({ session, password });
		assert.deepEqual([stern.closed, stern.text], [true, ""]);
		const fresh = world.connect({ readOnly: true });
		assert.ok(fresh.closed);
		assert.deepEqual(encodeHex(fresh.text), "00000010" + "00000000" + "0000000000000002" + "ffffff89");
		const thief = world.connect({ session, readOnly: true });
		assert.deepEqual([thief.closed, thief.session], [true, 0n]);
		const client = world.connect({ session, password, readOnly: true });
		assert.deepEqual([client.session, client.readOnly, client.closed], [session, true, false]);
	});

	it("answers reads, and refuses whatever would need a leader", () => {
		const { world, known } = without();
		const { session, password } = known;
		const client = world.connect({ session, password, readOnly: true });
		assert.equal(client.code({ type: "getData", path: "/a", watch: true }), errors.ok);
		assert.equal(client.code({ type: "ping" }), errors.ok);
		assert.equal(client.code(create("/b")), errors.notReadOnly);
		assert.equal(client.code({ type: "multi", ops: [create("/b")] }), errors.notReadOnly);
		assert.equal(client.code({ type: "sync", path: "/" }), errors.notReadOnly);
		assert.equal(client.code({ type: "closeSession" }), errors.notReadOnly);
		assert.equal(client.code({ type: "exists", path: "/a", watch: false }), errors.ok);
		assert.deepEqual(world.log, []);
	});

	it("ends the connection of a silent client and nothing else", () => {
		const { world, known } = without();
		const { session, password } = known;
		const client = world.connect({ session, password, readOnly: true, timeoutMs: 1000 });
		world.pass(1600);
		assert.ok(client.closed);
		assert.deepEqual([...world.state.sessions.keys()], [session]);
	});

	it("begins local sessions where these are allowed, and refuses those that it can not know", () => {
		const { world, known } = without({ localSessions: "on" });
		const fresh = world.connect({ readOnly: true });
		assert.deepEqual([fresh.closed, fresh.readOnly], [false, true]);
		assert.equal(fresh.code({ type: "exists", path: "/a", watch: false }), errors.ok);
		const { session, password } = fresh;
		const again = world.connect({ session, password, readOnly: true });
		assert.ok(fresh.closed);
		assert.equal(again.code({ type: "closeSession" }), errors.ok);
		assert.ok(again.closed);
		assert.ok(world.connect({ session, password, readOnly: true }).closed);
		assert.ok(!world.connect({ session: known.session, password: known.password, readOnly: true }).closed);
	});

	it("says what it is", () => {
		const { world } = without();
		const ask = (word: string): string => {
			const client = world.open();
			client.write(encodeUtf8(word));
			return client.text;
		};
		assert.equal(ask("isro"), "ro");
		assert.match(ask("srvr"), /^Mode: read-only$/m);
		assert.match(ask("mntr"), /^zk_server_state\tread-only$/m);
	});
});

function encodeHex(text: string): string {
	return [...text].map((char) => char.charCodeAt(0).toString(16).padStart(2, "0")).join("");
}
