import assert from "node:assert/strict";
import { loadWireSpec } from "../../spec/load/wire.js";
import { Codec } from "./codec.js";
import { SessionClient, type SessionOptions, type SessionState } from "./session-client.js";
import { SessionError } from "./session-error.js";
import { type Answer, type FakeConnection, FakeServer, type Request } from "./testing/fake-server.js";

const codec = new Codec(loadWireSpec());
const stat = Object.fromEntries((codec.wire.records.get("Stat")?.fields ?? []).map(({ name }) => [name, 0]));

/** Accepts every session and answers every request with zxid 40 + xid and the least body. */
function obliging(connection: FakeConnection, request: Request): void {
	if (request.kind === "connectRequest") {
		connection.accept();
		return;
	}
	const bodies: Readonly<Record<string, () => Uint8Array>> = {
		exists: () => codec.encodeReply("exists", { stat }),
		getData: () => codec.encodeReply("getData", { data: "x", stat }),
		sync: () => codec.encodeReply("sync", { path: "/" }),
		addWatch: () => codec.encodeReply("addWatch", { err: 0 }),
	};
	connection.reply(request.xid, 40n + BigInt(Math.max(0, request.xid)), 0, bodies[request.operation ?? ""]?.());
}

const said = ({ requests }: FakeConnection) =>
	requests.map((request) => (request.kind === "request" ? request.operation : "connect"));

describe("session client", () => {
	const servers: FakeServer[] = [];
	const clients: SessionClient[] = [];

	async function serve(answer: Answer = obliging): Promise<FakeServer> {
		const server = await FakeServer.start(codec, answer);
		servers.push(server);
		return server;
	}

	function open(options: Partial<SessionOptions> = {}): SessionClient {
		const addresses = servers.map(({ address }) => address);
		const client = new SessionClient(codec, {
			servers: addresses,
			timeoutMs: 3000,
			seed: 1,
			roundDelayMs: 5,
			...options,
		});
		clients.push(client);
		return client;
	}

	/** A client, and a promise of the first time that it is in a state. */
	function watched(
		state: SessionState,
		options: Partial<SessionOptions> = {},
	): { client: SessionClient; reached: Promise<void> } {
		let reach: () => void = () => {};
		const reached = new Promise<void>((resolve) => {
			reach = resolve;
		});
		const client = open({ ...options, onState: (now) => now === state && reach() });
		return { client, reached };
	}

	afterEach(async () => {
		for (const server of servers.splice(0)) server.stop();
		for (const client of clients.splice(0)) await client.close();
	});

	const rejectsWith = (promise: Promise<unknown>, reason: string) =>
		assert.rejects(promise, (error) => error instanceof SessionError && error.reason === reason);

	it("answers calls, keeps the newest zxid, and closes the session", async () => {
		const server = await serve();
		const client = open();
		const [first, second] = await Promise.all([client.call("exists", "/a"), client.call("sync")]);
		assert.equal(first.zxid, 41n);
		assert.deepEqual(second, { err: 0, zxid: 42n, value: { path: "/" } });
		assert.deepEqual([client.state, client.sessionId, client.timeoutMs, client.lastZxid], ["CONNECTED", 5n, 3000, 42n]);
		await client.close();
		assert.equal(client.state, "CLOSED");
		assert.deepEqual(said(server.connections[0] as FakeConnection), ["connect", "exists", "sync", "closeSession"]);
		await rejectsWith(client.call("sync"), "SESSIONEXPIRED");
	});

	it("comes back with its session, identities and watches, before what was asked meanwhile", async () => {
		const server = await serve((connection, request, index) => {
			if (index === 0 && request.kind === "request" && request.operation === "delete") connection.socket.destroy();
			else obliging(connection, request);
		});
		const { client, reached } = watched("CONNECTED");
		await reached;
		client.addAuth("digest", "bob:secret");
		await client.call("getData", { path: "/d", watch: true });
		await client.call("addWatch", "/p");
		await rejectsWith(client.call("delete", "/d"), "CONNECTIONLOSS");
		await client.call("sync");
		const [again, auth, watches] = (server.connections[1] as FakeConnection).requests;
		assert.ok(again?.kind === "connectRequest" && auth?.kind === "request" && watches?.kind === "request");
		assert.equal(again.body.sessionId, 5n);
		assert.equal(again.body.lastZxidSeen, 42n);
		assert.equal(Buffer.from(again.body.passwd as Uint8Array).toString(), "0123456789abcdef");
		assert.equal(auth.body.scheme, "digest");
		assert.equal(watches.operation, "setWatches2");
		assert.deepEqual(watches.body.dataWatches, ["/d"]);
		assert.deepEqual(watches.body.persistentWatches, ["/p"]);
		assert.equal(watches.body.relativeZxid, 42n);
		assert.deepEqual(said(server.connections[1] as FakeConnection), ["connect", "auth", "setWatches2", "sync"]);
	});

	it("gives events, also those of its own request, before the reply", async () => {
		await serve((connection, request) => {
			if (request.kind === "request" && request.operation === "sync") connection.event("NodeDataChanged", "/a");
			obliging(connection, request);
		});
		const seen: string[] = [];
		const client = open({ onEvent: ({ path }) => void seen.push(`event ${String(path)}`) });
		await client.call("sync").then(() => seen.push("reply"));
		assert.deepEqual(seen, ["event /a", "reply"]);
	});

	it("pings when it has nothing to ask, and takes pings for answers", async () => {
		let pings = 0;
		let enough: () => void = () => {};
		const three = new Promise<void>((resolve) => {
			enough = resolve;
		});
		const server = await serve((connection, request) => {
			if (request.kind === "connectRequest") return connection.accept({ timeOut: 90 });
			if (request.operation === "ping" && ++pings === 3) enough();
			obliging(connection, request);
		});
		open();
		await three;
		assert.equal(server.connections.length, 1);
	});

	it("does not take its own lateness for the server's silence", async () => {
		let pings = 0;
		let enough: () => void = () => {};
		const two = new Promise<void>((resolve) => {
			enough = resolve;
		});
		const server = await serve((connection, request) => {
			if (request.kind === "connectRequest") return connection.accept({ timeOut: 240 });
			if (request.operation === "ping" && ++pings === 2) enough();
			obliging(connection, request);
		});
		const { reached } = watched("CONNECTED");
		await reached;
		// Only a client that already listens can miss something.
		await new Promise(setImmediate);
		const busyUntilMs = performance.now() + 200;
		while (performance.now() < busyUntilMs);
		await two;
		assert.equal(server.connections.length, 1);
	});

	it("leaves a silent server for the next one", async () => {
		const silent: Answer = (connection, request) => {
			if (request.kind === "connectRequest") connection.accept({ timeOut: 60 });
		};
		await serve(silent);
		await serve(silent);
		const client = open();
		await rejectsWith(client.call("sync"), "CONNECTIONLOSS");
		await rejectsWith(client.call("sync"), "CONNECTIONLOSS");
		assert.deepEqual(
			servers.map(({ connections }) => connections.length > 0),
			[true, true],
		);
	});

	it("is told of its expiry only by a server", async () => {
		await serve((connection, request, index) => {
			if (request.kind === "request") connection.socket.destroy();
			else connection.accept(index === 0 ? {} : { timeOut: 0, sessionId: 0n });
		});
		const { client, reached } = watched("EXPIRED");
		await rejectsWith(client.call("sync"), "CONNECTIONLOSS");
		await reached;
		await rejectsWith(client.call("sync"), "SESSIONEXPIRED");
	});

	it("ends when an identity is refused", async () => {
		await serve((connection, request) => {
			if (request.kind === "request" && request.operation === "auth")
				connection.reply(-4, 0n, codec.errorCode("AUTHFAILED"));
			else obliging(connection, request);
		});
		const { client, reached } = watched("AUTH_FAILED");
		client.addAuth("nothing", "x");
		await reached;
		await rejectsWith(client.call("sync"), "AUTHFAILED");
	});

	it("gives a connection up that answers what was not asked, or with bytes that cannot be read", async () => {
		const server = await serve((connection, request, index) => {
			if (request.kind === "connectRequest") return connection.accept();
			if (index === 0) connection.reply(request.xid + 1, 9n);
			else if (index === 1) connection.reply(request.xid, 9n, 0, new Uint8Array(2));
			else obliging(connection, request);
		});
		const faults: string[] = [];
		const client = open({ onFault: (text) => void faults.push(text) });
		await rejectsWith(client.call("sync"), "CONNECTIONLOSS");
		await rejectsWith(client.call("sync"), "CONNECTIONLOSS");
		assert.equal((await client.call("sync")).err, 0);
		assert.deepEqual(faults, [
			"a reply has xid 2 and err OK, but that of 1 (sync) is awaited",
			"sync.path: 4 bytes expected, 2 left (at byte 0)",
		]);
		assert.equal(server.connections.length, 3);
	});
});
