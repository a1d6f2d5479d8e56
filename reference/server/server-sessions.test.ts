import assert from "node:assert/strict";
import { encodeUtf8 } from "../lib/utf8.js";
import { errors } from "../model/errors.js";
import { sessionId } from "../model/ids.js";
import { create } from "./testing/test-client.js";
import { TestServer } from "./testing/test-server.js";

describe("sessions on a server", () => {
	it("are negotiated, resumed, and told apart by their password", () => {
		const world = new TestServer();
		const first = world.connect({ timeoutMs: 1 });
		assert.equal(first.timeoutMs, 1000);
		const { session, password } = first;
		first.disconnect();
		const again = world.connect({ session, password, timeoutMs: 99_999 });
		assert.deepEqual([again.session, again.timeoutMs, again.password], [session, 10_000, password]);
		const thief = world.connect({ session, password: new Uint8Array(16) });
		assert.deepEqual([thief.session, thief.timeoutMs, thief.closed], [0n, 0, true]);
		assert.deepEqual([...thief.password], Array(16).fill(0));
		assert.ok(again.closed);
		assert.ok(world.connect({ session: sessionId(5n) }).closed);
	});

	it("are taken over by a second connection", () => {
		const world = new TestServer();
		const first = world.connect();
		first.call(create("/e", { flags: 1 }));
		const second = world.connect({ session: first.session, password: first.password });
		assert.ok(first.closed);
		assert.equal(second.code({ type: "getData", path: "/e", watch: false }), 0);
		first.disconnect();
		world.pass(900);
		assert.ok(world.tree.node("/e"));
	});

	it("refuse a client that has seen more than the server, without a word", () => {
		const world = new TestServer();
		const client = world.connect({ lastZxidSeen: 1 });
		assert.ok(client.closed);
		assert.equal(client.text, "");
	});

	it("expire when nothing is heard, after their timeout and not before, with their ephemerals", () => {
		const world = new TestServer();
		const client = world.connect({ timeoutMs: 1000 });
		const watcher = world.connect({ timeoutMs: 10_000 });
		client.call(create("/e", { flags: 1 }));
		watcher.call({ type: "exists", path: "/e", watch: true });
		world.pass(900);
		client.call({ type: "ping" });
		world.pass(1000);
		assert.ok(world.tree.node("/e"));
		world.pass(501);
		assert.equal(world.tree.node("/e"), undefined);
		assert.deepEqual(watcher.takeStory(), ["deleted /e"]);
		assert.ok(client.closed);
		assert.equal(world.state.sessions.size, 1);
	});

	it("take ephemerals with them that were still on their way", () => {
		const world = new TestServer();
		const client = world.connect();
		world.flushesAtOnce = false;
		client.send(create("/e", { flags: 1 }));
		client.send(create("/p"));
		client.send({ type: "closeSession" });
		world.flush();
		assert.equal(world.tree.node("/e"), undefined);
		assert.ok(world.tree.node("/p"));
		const { txn } = world.log.at(-1) ?? {};
		assert.deepEqual(txn, { type: -11, paths: ["/e"] });
	});

	it("live on after a restart with their full timeout; ephemerals of unknown ones go", () => {
		const before = new TestServer();
		const client = before.connect({ timeoutMs: 2000 });
		const lost = before.connect();
		client.call(create("/kept", { flags: 1 }));
		lost.call(create("/lost", { flags: 1 }));
		before.state.sessions.delete(lost.session);
		const after = new TestServer({}, before.state);
		after.step({ type: "time" });
		assert.equal(after.tree.node("/lost"), undefined);
		after.pass(2000);
		const again = after.connect({ session: client.session, password: client.password, timeoutMs: 2000 });
		assert.equal(again.session, client.session);
		after.pass(2600);
		assert.equal(after.tree.node("/kept"), undefined);
	});
});

describe("links of a server", () => {
	it("are limited for each address", () => {
		const world = new TestServer({ clientConnectionsMax: 2 });
		const [a, b, c] = [world.open("10.0.0.1"), world.open("10.0.0.1"), world.open("10.0.0.1")];
		assert.deepEqual([a.closed, b.closed, c.closed, world.open("10.0.0.2").closed], [false, false, true, false]);
		a.disconnect();
		assert.ok(!world.open("10.0.0.1").closed);
	});

	it("are closed when no handshake comes", () => {
		const world = new TestServer();
		const silent = world.open();
		world.pass(9000);
		assert.ok(!silent.closed);
		world.pass(11_001);
		assert.ok(silent.closed);
	});

	it("are closed by a frame too large, without a reply", () => {
		const world = new TestServer({ frameBytesMax: 1000 });
		const client = world.connect();
		client.write(Uint8Array.of(0, 0, 3, 233));
		assert.ok(client.closed);
		assert.deepEqual(client.take(), []);
	});

	it("answer an unknown operation and close", () => {
		const world = new TestServer();
		const client = world.connect();
		client.write(Uint8Array.of(0, 0, 0, 8, 0, 0, 0, 5, 0, 0, 0, 99));
		const [reply] = client.take();
		assert.deepEqual([reply?.xid, reply?.zxid, reply?.error], [5, -1, errors.unimplemented]);
		assert.ok(client.closed);
	});

	it("answer four-letter words, also in pieces, only at the start and only from the whitelist", () => {
		const world = new TestServer({ fourLetterWords: ["ruok", "srvr"] });
		const ask = (...pieces: string[]): string => {
			const client = world.open();
			for (const piece of pieces) client.write(encodeUtf8(piece));
			assert.ok(client.closed);
			return client.text;
		};
		assert.equal(ask("ruok"), "imok");
		assert.equal(ask("r", "uo", "k"), "imok");
		assert.match(ask("srvr"), /^Zookeeper version: .*\nLatency .*\nReceived: .*\nSent: .*\nConnections: 1\n/);
		assert.equal(ask("mntr"), "mntr is not executed because it is not in the whitelist.\n");
		assert.equal(ask("what"), "");
		const client = world.connect();
		client.write(encodeUtf8("ruok"));
		assert.ok(client.closed);
	});

	it("describe themselves", () => {
		const world = new TestServer();
		const client = world.connect();
		client.call(create("/e", { flags: 1 }));
		client.call({ type: "getData", path: "/e", watch: true });
		const ask = (word: string): string => {
			const asking = world.open();
			asking.write(encodeUtf8(word));
			return asking.text;
		};
		const id = client.session.toString(16);
		assert.match(ask("mntr"), /zk_znode_count\t6\n.*zk_global_sessions\t1\n.*zk_watch_count\t1\n/s);
		assert.match(ask("cons"), new RegExp(`queued=0,recved=3,sent=3,sid=0x${id},lop=GETD,.*,lcxid=0x2,lzxid=0x2,`));
		assert.match(
			ask("dump"),
			new RegExp(`Session Sets \\(1\\)/\\(1\\):\n1 expire at .*:\n\t0x${id}\n.*0x${id}:\n\t/e\n`, "s"),
		);
		assert.equal(ask("wchs"), "1 connections watching 1 paths\nTotal watches:1\n");
		assert.equal(ask("wchc"), `0x${id}\n\t/e\n\n`);
		assert.equal(ask("dirs"), "datadir_size: 10\nlogdir_size: 20\n");
		assert.equal(ask("srst"), "Server stats reset.\n");
		assert.equal(ask("gtmk"), "306");
		assert.equal(ask("stmk\0\0\0\0\0\0\u0001\0"), "256");
	});

	it("tells the sizes of replies that came in their turn, and not of those to auth packets", () => {
		const world = new TestServer();
		const client = world.connect();
		client.call({ type: "exists", path: "/", watch: false });
		client.call({ type: "auth", scheme: "digest", auth: encodeUtf8("some:body") });
		const { lastBytes, minBytes, maxBytes } = world.server.insight(world.clock).figures.responses;
		const frameBytes = 4 + 16 + 68;
		assert.deepEqual([lastBytes, minBytes, maxBytes], [frameBytes, frameBytes, frameBytes]);
	});
});
