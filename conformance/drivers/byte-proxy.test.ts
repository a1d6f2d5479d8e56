import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { buffer, text } from "node:stream/consumers";
import { ByteProxy } from "./byte-proxy.js";
import { data, Far, said, silence, until } from "./testing/far.js";

describe("byte proxy", () => {
	let far: Far;
	let other: Far;
	let proxy: ByteProxy;
	const clients: Socket[] = [];

	beforeEach(async () => {
		far = await Far.open();
		other = await Far.open();
		proxy = await ByteProxy.open(far.address);
	});
	afterEach(() => {
		for (const client of clients.splice(0)) client.destroy();
		proxy.close();
		far.close();
		other.close();
	});

	function enter(): Socket {
		const client = connect({ ...proxy.address, allowHalfOpen: true });
		client.on("error", () => undefined);
		clients.push(client);
		return client;
	}

	async function pair(): Promise<{ client: Socket; server: Socket }> {
		return { client: enter(), server: await far.next() };
	}

	it("carries both directions, and one end without the other", async () => {
		const { client, server } = await pair();
		client.end("ruok");
		assert.equal(await said(server), "ruok");
		server.end("imok");
		assert.equal(await text(client), "imok");
		await until(() => proxy.connectionCount === 0);
	});

	it("carries more than anybody takes at once", async () => {
		const { client, server } = await pair();
		const sent = Buffer.alloc(8 << 20, "zookeeper");
		client.end(sent);
		await silence(60);
		assert.deepEqual(await buffer(server), sent);
	});

	it("passes a reset on", async () => {
		const { client, server } = await pair();
		client.write("x");
		await data(server);
		client.resetAndDestroy();
		const [error] = (await once(server, "error")) as [NodeJS.ErrnoException];
		assert.equal(error.code, "ECONNRESET");
	});

	it("resets who connects when there is no server", async () => {
		const nobody = await Far.open();
		const lonely = await ByteProxy.open(nobody.address);
		nobody.close();
		const client = connect(lonely.address);
		const [error] = (await once(client, "error")) as [NodeJS.ErrnoException];
		assert.equal(error.code, "ECONNRESET");
		lonely.close();
	});

	it("cuts at once", async () => {
		const { client, server } = await pair();
		proxy.cut();
		assert.equal(await text(client), "");
		assert.equal(await text(server), "");
	});

	for (const direction of ["toServer", "toClient"] as const) {
		it(`cuts after so many bytes ${direction}, in the middle of what was written`, async () => {
			const { client, server } = await pair();
			const [from, to] = direction === "toServer" ? [client, server] : [server, client];
			proxy.cut({ bytes: 7, direction });
			from.write("1234");
			assert.equal(await data(to), "1234");
			from.write("56789");
			const [received, left] = await Promise.all([text(to), text(from)]);
			assert.equal(received, "567");
			assert.equal(left, "");
			await until(() => proxy.connectionCount === 0);
		});
	}

	it("delays, in order, and no longer than asked for", async () => {
		const { client, server } = await pair();
		proxy.delay(80);
		const startMs = performance.now();
		client.write("late");
		await silence(20);
		proxy.delay(0);
		client.end("r");
		assert.equal(await text(server), "later");
		assert.ok(performance.now() - startMs >= 79);
	});

	it("holds everything, an end too, and gives it out afterwards", async () => {
		const { client, server } = await pair();
		proxy.hold();
		let heard = "";
		server.on("data", (bytes) => {
			heard += String(bytes);
		});
		client.end("held");
		await silence(60);
		assert.equal(heard, "");
		assert.equal(server.readableEnded, false);
		proxy.release();
		await once(server, "end");
		assert.equal(heard, "held");
	});

	it("holds one direction only", async () => {
		const { client, server } = await pair();
		proxy.hold(["toServer"]);
		client.write("lost?");
		server.write("heard");
		assert.equal(await data(client), "heard");
		assert.equal(server.bytesRead, 0);
		proxy.release();
		assert.equal(await data(server), "lost?");
	});

	it("takes connections that go nowhere while it holds; those that have given up never arrive", async () => {
		proxy.hold();
		const client = enter();
		const impatient = enter();
		await Promise.all([once(client, "connect"), once(impatient, "connect")]);
		client.write("still here");
		await until(() => proxy.connectionCount === 2);
		impatient.end("gone");
		await until(() => proxy.connectionCount === 1);
		assert.equal(far.arrived.length, 0);
		proxy.release();
		assert.equal(await data(await far.next()), "still here");
		assert.equal(far.arrived.length, 0);
	});

	it("takes no more from a sender than there is room for while it holds", async () => {
		const { client, server } = await pair();
		proxy.hold();
		client.end(Buffer.alloc(64 << 20));
		await silence(60);
		assert.ok(client.writableLength > 32 << 20);
		proxy.release();
		let receivedBytes = 0;
		for await (const bytes of server) receivedBytes += (bytes as Buffer).length;
		assert.equal(receivedBytes, 64 << 20);
	});

	it("refuses, while open connections stay, and takes again", async () => {
		const { client, server } = await pair();
		proxy.refuse();
		const [error] = (await once(enter(), "error")) as [NodeJS.ErrnoException];
		assert.equal(error.code, "ECONNREFUSED");
		client.write("still");
		assert.equal(await data(server), "still");
		await proxy.accept();
		enter().write("again");
		assert.equal(await data(await far.next()), "again");
	});

	it("leads elsewhere and back", async () => {
		const { client } = await pair();
		proxy.leadTo(other.address);
		assert.equal(await text(client), "");
		const led = enter();
		led.write("to the other");
		const server = await other.next();
		assert.equal(await data(server), "to the other");
		proxy.leadHome();
		enter().write("home");
		assert.equal(await data(await far.next()), "home");
		led.write(", still");
		assert.equal(await data(server), ", still");
	});
});
