import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { ConnectError, Connection } from "./connection.js";

const waitMs = 5000;

function frame(text: string): Buffer {
	const body = Buffer.from(text);
	const length = Buffer.alloc(4);
	length.writeInt32BE(body.length);
	return Buffer.concat([length, body]);
}

describe("connection", () => {
	let server: Server;
	let accepted: Promise<Socket>;
	const open = () => {
		const { port } = server.address() as AddressInfo;
		return Connection.open({ host: "127.0.0.1", port }, { connectTimeoutMs: waitMs });
	};
	const both = async (): Promise<[Connection, Socket]> => [await open(), await accepted];
	const textOf = async (connection: Connection) => {
		const next = await connection.nextFrame(waitMs);
		return next.type === "frame" ? Buffer.from(next.bytes).toString() : next.type;
	};

	beforeEach(async () => {
		server = createServer({ allowHalfOpen: true });
		accepted = once(server, "connection").then(([socket]) => socket as Socket);
		server.listen(0, "127.0.0.1");
		await once(server, "listening");
	});

	afterEach(async () => {
		(await Promise.race([accepted, undefined]))?.destroy();
		server.close();
	});

	it("gives messages in order, whole, however the bytes were cut", async () => {
		const [connection, socket] = await both();
		const all = Buffer.concat([frame("one"), frame(""), frame("three")]);
		socket.setNoDelay(true);
		for (const byte of all) socket.write(Buffer.from([byte]));
		assert.deepEqual(
			[await textOf(connection), await textOf(connection), await textOf(connection)],
			["one", "", "three"],
		);
		socket.write(Buffer.concat([frame("four"), frame("five").subarray(0, 6)]));
		assert.equal(await textOf(connection), "four");
		assert.equal(connection.tryFrame(), undefined);
		connection.destroy();
	});

	it("gives what came before the end, then closed for ever", async () => {
		const [connection, socket] = await both();
		socket.end(Buffer.concat([frame("last"), frame("words")]));
		await connection.closed;
		assert.deepEqual(
			[await textOf(connection), await textOf(connection), await textOf(connection)],
			["last", "words", "closed"],
		);
		assert.deepEqual(connection.tryFrame(), { type: "closed", reason: "end" });
	});

	it("tells a wait that ends by itself from a close", async () => {
		const [connection, socket] = await both();
		assert.deepEqual(await connection.nextFrame(1), { type: "timeout" });
		const next = connection.nextFrame(waitMs);
		socket.resetAndDestroy();
		assert.deepEqual(await next, { type: "closed", reason: "reset" });
	});

	it("sends all of one turn as one piece, in order, also before a close", async () => {
		const [connection, socket] = await both();
		const chunks: Buffer[] = [];
		socket.on("data", (chunk: Buffer) => chunks.push(chunk));
		connection.writeFrame(Buffer.from("a"));
		connection.write(Buffer.from("raw"));
		connection.writeFrame(Buffer.from("b"));
		connection.destroy();
		await once(socket, "end");
		assert.equal(chunks.length, 1);
		assert.deepEqual(Buffer.concat(chunks), Buffer.concat([frame("a"), Buffer.from("raw"), frame("b")]));
		assert.deepEqual(await connection.nextFrame(waitMs), { type: "closed", reason: "destroyed" });
	});

	it("still reads after it has said its end", async () => {
		const [connection, socket] = await both();
		connection.writeFrame(Buffer.from("q"));
		connection.end();
		socket.resume();
		await once(socket, "end");
		socket.end(frame("answer"));
		assert.deepEqual([await textOf(connection), await textOf(connection)], ["answer", "closed"]);
	});

	it("resets", async () => {
		const [connection, socket] = await both();
		const failed = once(socket, "error");
		socket.resume();
		connection.reset();
		const [error] = (await failed) as [NodeJS.ErrnoException];
		assert.equal(error.code, "ECONNRESET");
	});

	it("gives text that has no frames", async () => {
		const [connection, socket] = await both();
		connection.write(Buffer.from("ruok"));
		socket.end("imok");
		assert.equal(Buffer.from(await connection.readAll(waitMs)).toString(), "imok");
		assert.equal((await connection.readAll(waitMs)).length, 0);
	});

	it("says why there is no connection", async () => {
		const { port } = server.address() as AddressInfo;
		server.close();
		await once(server, "close");
		await assert.rejects(Connection.open({ host: "127.0.0.1", port }, { connectTimeoutMs: waitMs }), ConnectError);
	});
});
