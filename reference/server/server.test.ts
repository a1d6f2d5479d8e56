import assert from "node:assert/strict";
import { errors } from "../model/errors.js";
import { create } from "./testing/test-client.js";
import { TestServer } from "./testing/test-server.js";

const get = { type: "getData", path: "/a", watch: false } as const;
const set = { type: "setData", path: "/a", data: Uint8Array.of(1), version: -1 } as const;

describe("the order of a session", () => {
	it("answers nothing of a write before its flush, and no read behind it", () => {
		const world = new TestServer();
		const client = world.connect();
		const other = world.connect();
		world.flushesAtOnce = false;
		const xids = [client.send(create("/a")), client.send(get), client.send(set), client.send({ type: "ping" })];
		assert.deepEqual(client.take(), []);
		assert.equal(other.code(get), errors.noNode);
		world.flush();
		assert.deepEqual(
			client.take().map(({ xid, error }) => [xid, error]),
			[
				[xids[0], 0],
				[xids[1], 0],
				[xids[2], 0],
				[-2, 0],
			],
		);
		assert.equal(other.code(get), 0);
	});

	it("answers a read sent before a write without it", () => {
		const world = new TestServer();
		const client = world.connect();
		world.flushesAtOnce = false;
		client.send(get);
		client.send(create("/a"));
		world.flush();
		assert.deepEqual(
			client.take().map(({ error }) => error),
			[errors.noNode, 0],
		);
	});

	it("lets a bad request stop nobody", () => {
		const world = new TestServer();
		const client = world.connect();
		world.flushesAtOnce = false;
		for (const request of [create("/a"), create("/a"), create("/x/y"), set, create("nope"), get]) client.send(request);
		world.flush();
		assert.deepEqual(
			client.take().map(({ error }) => error),
			[0, errors.nodeExists, errors.noNode, 0, errors.badArguments, 0],
		);
	});

	it("gives every write a zxid of its own, also one that fails, and reads none", () => {
		const world = new TestServer();
		const client = world.connect();
		const zxids = [create("/a"), create("/a"), get, set, get].map((request) => client.call(request).zxid);
		assert.deepEqual(zxids, [2, 3, 3, 4, 4]);
		assert.deepEqual(
			world.log.map(({ header, digest }) => [header.zxid, header.type, digest === null]),
			[
				[1, -10, false],
				[2, 1, false],
				[3, -1, true],
				[4, 5, false],
			],
		);
	});

	it("drops what follows a closeSession, and closes after the reply", () => {
		const world = new TestServer();
		const client = world.connect();
		world.flushesAtOnce = false;
		const xid = client.send({ type: "closeSession" });
		client.send(create("/after"));
		world.flush();
		assert.deepEqual(client.takeStory(), [String(xid)]);
		assert.ok(client.closed);
		assert.equal(world.tree.node("/after"), undefined);
		assert.equal(world.state.sessions.size, 0);
	});

	it("stops reading from a link with too much waiting, and loses nothing", () => {
		const world = new TestServer({ outstandingMax: 3 });
		const client = world.connect();
		world.flushesAtOnce = false;
		const xids = Array.from({ length: 10 }, (_, i) => String(client.send(create(`/n${i}`))));
		assert.ok(client.paused);
		assert.ok(world.log.length < 10);
		world.flush();
		assert.deepEqual(client.takeStory(), xids);
		assert.ok(!client.paused);
	});
});

describe("watches on a server", () => {
	it("tell of a change before its reply and before anything that shows it", () => {
		const world = new TestServer();
		const client = world.connect();
		const other = world.connect();
		client.call(create("/a"));
		client.call({ ...get, watch: true });
		client.call({ type: "getChildren", path: "/", watch: true });
		other.call({ ...get, watch: true });
		const xid = client.send({ type: "delete", path: "/a", version: -1 });
		assert.deepEqual(client.takeStory(), ["deleted /a", "childrenChanged /", String(xid)]);
		assert.deepEqual(other.takeStory(), ["deleted /a"]);
	});

	it("are not told to those who may not read the node", () => {
		const world = new TestServer();
		const client = world.connect();
		const other = world.connect();
		other.call({ type: "addWatch", path: "/", mode: 1 });
		client.call(create("/secret", { acl: [{ perms: 30, id: { scheme: "world", id: "anyone" } }] }));
		client.call(create("/open"));
		assert.deepEqual(other.takeStory(), ["created /open"]);
	});

	it("are caught up with after a reconnection", () => {
		const world = new TestServer();
		const client = world.connect();
		for (const path of ["/a", "/b", "/c"]) client.call(create(path));
		const relativeZxid = world.tree.lastZxid;
		client.call(set);
		client.call(create("/b/x"));
		client.call({ type: "delete", path: "/c", version: -1 });
		const other = world.connect();
		const none = { exist: [], child: [], persistent: [], persistentRecursive: [] };
		other.send({ type: "setWatches", relativeZxid, ...none, data: ["/a", "/b", "/c"], child: ["/b"], exist: ["/a"] });
		assert.deepEqual(other.takeStory(), ["dataChanged /a", "deleted /c", "created /a", "childrenChanged /b", "1"]);
		client.call({ ...set, path: "/b" });
		assert.deepEqual(other.takeStory(), ["dataChanged /b"]);
	});
});

describe("the cleaner", () => {
	it("collects containers that were used and TTL nodes whose time is up", () => {
		const world = new TestServer();
		const client = world.connect({ timeoutMs: 10_000 });
		client.call({ ...create("/box"), type: "createContainer" });
		client.call({ ...create("/unused"), type: "createContainer" });
		client.call({ ...create("/ttl"), type: "createTtl", flags: 5, ttlMs: 1200 });
		client.call(create("/box/x"));
		world.pass(600);
		assert.ok(world.tree.node("/box"));
		client.call({ type: "delete", path: "/box/x", version: -1 });
		world.pass(600);
		assert.equal(world.tree.node("/box"), undefined);
		assert.ok(world.tree.node("/ttl"));
		world.pass(600);
		assert.equal(world.tree.node("/ttl"), undefined);
		assert.ok(world.tree.node("/unused"));
	});
});
