import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { type Answer, FakeServer } from "../client/testing/fake-server.js";
import { runScenario } from "./run-scenario.js";
import { codec, environmentOf, except, oblige, runSteps, said, scenarioOf } from "./testing/scripted-server.js";

/** Fails the first `count` requests of an operation with NONODE and obliges from then on. */
function failing(operation: string, count: number): Answer {
	let seen = 0;
	return except(operation, (connection, request, index) => {
		if (request.kind === "request" && ++seen <= count) connection.reply(request.xid, 7n, codec.errorCode("NONODE"));
		else oblige(connection, request, index);
	});
}

async function lineOf(steps: readonly string[], answer: Answer = oblige): Promise<string> {
	return (await runSteps(steps, answer)).line;
}

describe("until", () => {
	it("asks again until it holds, and keeps the result", async () => {
		const steps = ["{until: {exists: $root, as: found}, within: 5000}", "{assert: $found.error, is: OK}"];
		const { line, server } = await runSteps(steps, failing("exists", 2));
		assert.equal(line, "kept");
		assert.equal(said(server)[0], "connect exists exists exists sync closeSession");
	});

	it("is violated when it does not hold in time, and by holding when it is turned around", async () => {
		const steps = ["{until: {exists: $root}, within: 1}"];
		const never = await lineOf(steps, failing("exists", Number.POSITIVE_INFINITY));
		assert.equal(never, 'violated by a: not so within 1 ms; error: expected "OK", found "NONODE"');
		const { line } = await runSteps(steps, oblige, { flip: 0 });
		assert.match(line, /^violated by a: expected never, found so after \d+ ms$/);
	});

	it("is violated when it holds before it may", async () => {
		const line = await lineOf(["{until: {exists: $root}, within: 60000, notBefore: 50000}"]);
		assert.match(line, /^violated by a: expected not before 50000 ms, found so after \d+ ms$/);
	});
});

describe("hold", () => {
	it("asks again and must hold each time", async () => {
		assert.equal(await lineOf(["{hold: {exists: $root}, for: 1}"]), "kept");
		let asked = 0;
		const once = except("exists", (connection, request, index) => {
			if (++asked === 1) oblige(connection, request, index);
			else if (request.kind === "request") connection.reply(request.xid, 7n, codec.errorCode("NONODE"));
		});
		const changed = await lineOf(["{hold: {exists: $root}, for: 60000}"], once);
		assert.equal(changed, 'violated by a: error: expected "OK", found "NONODE"');
	});

	it("proves nothing by what is seen after its end", async () => {
		const line = await lineOf(["{hold: {exists: $root}, for: -1}"], failing("exists", 1));
		assert.equal(line, "undecided: this machine was too late to look in time");
	});

	it("proves nothing when this machine was busy long beyond its end", async () => {
		const line = await lineOf(["{hold: {exists: $root}, for: -600}"]);
		assert.equal(line, "undecided: this machine was too late to look in time");
	});
});

describe("race", () => {
	it("counts what its clients are answered", async () => {
		let seen = 0;
		const one = except("create", (connection, request, index) => {
			if (++seen === 1) oblige(connection, request, index);
			else if (request.kind === "request") connection.reply(request.xid, 7n, codec.errorCode("NODEEXISTS"));
		});
		const race = (tally: string) => [`{race: {clients: 3, do: {create: $root/x}, tally: ${tally}}}`];
		assert.equal(await lineOf(race("{OK: 1, NODEEXISTS: 2}"), one), "kept");
		seen = 0;
		assert.match(await lineOf(race("{OK: 2}"), one), /^violated by a: tally.OK: expected 2, found 1$/);
	});
});

describe("send and receive", () => {
	const swapped: Answer = (connection, request, index) => {
		const waits = request.kind === "request" && request.operation === "exists";
		if (!waits) oblige(connection, request, index);
		if (request.kind !== "request" || request.operation !== "getData") return;
		const held = connection.requests.find((one) => one.kind === "request" && one.operation === "exists");
		if (held !== undefined) oblige(connection, held, index);
	};
	const sends = ["{send: {exists: $root}, as: e}", "{send: {getData: $root}, as: d}"];

	it("read the replies in the order that the step names", async () => {
		assert.equal(await lineOf([...sends, "{receive: e}", "{receive: d, reply: {data: x}}"]), "kept");
		const line = await lineOf([...sends, "{receive: d}", "{receive: e}"]);
		assert.match(line, /^violated by a: /);
	});

	it("take replies in any order, each for its own request", async () => {
		const anyOrder = "{receive: [e, d], anyOrder: true}";
		const check = "{assert: $d.reply.data, is: x}";
		assert.equal(await lineOf([...sends, anyOrder, check], swapped), "kept");
		assert.equal(await lineOf([...sends, anyOrder, check]), "kept");
		assert.match(await lineOf([...sends, "{receive: [e, d]}"], swapped), /^violated by a: /);
	});

	it("send as often as told and number the requests", async () => {
		const steps = ["{send: {create: $root/n$i}, times: 2}", "{receive: create, xid: 1}", "{receive: create, xid: 2}"];
		const { line, server } = await runSteps(steps);
		assert.equal(line, "kept");
		const paths = server.connections[0]?.requests.flatMap((one) => (one.kind === "request" ? [one.body.path] : []));
		assert.deepEqual(paths?.slice(0, 2), ["/suite/r/n0", "/suite/r/n1"]);
	});
});

describe("a pipeline", () => {
	it("sends everything before it reads anything, and checks each reply", async () => {
		const atLast: Answer = (connection, request, index) => {
			const held = request.kind === "request" && request.operation === "create";
			if (!held) oblige(connection, request, index);
			if (request.kind !== "request" || request.operation !== "getData") return;
			const creates = connection.requests.filter((one) => one.kind === "request" && one.operation === "create");
			for (const one of creates) oblige(connection, one, index);
		};
		const read = "{getData: $root, xid: 4, reply: {data: x}}";
		const steps = (create: string) => [`{pipeline: [{create: $root/n$i, times: 3${create}}, ${read}]}`];
		assert.equal(await lineOf(steps(", reply: {path: $root/n$i}")), "kept");
		const wrong = await lineOf(steps(", reply: {path: $root/n1}"));
		assert.equal(wrong, 'violated by a: reply.path: expected "/suite/r/n1", found "/suite/r/n0"');
		const reordered = await lineOf(["{pipeline: [{create: $root/n}, {getData: $root}]}"], atLast);
		assert.match(reordered, /^violated by a: (\d+ bytes follow|xid: |the reply to create can not be decoded)/);
	});
});

describe("parallel", () => {
	it("runs every branch to its end, and fails when one of them does", async () => {
		const steps = ["{parallel: {b: [{exists: $root/no}], c: [{getData: $root}, {create: $root/last}]}}"];
		const { line, server } = await runSteps(steps, failing("exists", 1));
		assert.equal(line, 'violated by b: error: expected "OK", found "NONODE"');
		assert.ok(said(server).includes("connect getData create closeSession"));
	});
});

describe("events", () => {
	const fire = (...paths: readonly string[]): Answer =>
		except("exists", (connection, request, index) => {
			oblige(connection, request, index);
			for (const path of paths) connection.event("NodeCreated", path);
		});
	const two = (order: string) => ["{exists: $root}", `{expectEvents: ${order}}`];

	it("are awaited in their order, or in any", async () => {
		const inOrder = two("[{NodeCreated: /x}, {NodeCreated: /y}]");
		const anyOrder = two("{anyOrder: [{NodeCreated: /y}, {NodeCreated: /x}]}");
		assert.equal(await lineOf(inOrder, fire("/x", "/y")), "kept");
		assert.match(await lineOf(inOrder, fire("/y", "/x")), /^violated by a: event 1.path: expected "\/x", found "\/y"/);
		assert.equal(await lineOf(anyOrder, fire("/x", "/y")), "kept");
		assert.match(await lineOf(anyOrder, fire("/x", "/x")), /^violated by a: events in any order: /);
	});

	it("that do not come, or something else instead, are a violation", async () => {
		const steps = ["{exists: $root}", "{event: {NodeCreated: /x}, within: 30}"];
		assert.equal(await lineOf(steps), "violated by a: expected a watch event, found nothing within 30 ms");
		const closing = except("exists", (connection, request, index) => {
			oblige(connection, request, index);
			connection.socket.end();
		});
		const closed = "violated by a: expected a watch event, found the connection was closed";
		assert.equal(await lineOf(["{exists: $root}", "{event: {NodeCreated: /x}}"], closing), closed);
	});
});

describe("a client with the session layer", () => {
	const layered = ["clients: {l: {layer: session}}"];
	const run = async (steps: readonly string[], answer: Answer = oblige) =>
		(await runSteps(steps, answer, { replyTimeoutMs: 2000 }, layered)).line;

	it("calls, reconnects and reaches the states that it is awaited in", async () => {
		const steps = [
			"{client: l, state: CONNECTED}",
			"{client: l, getData: $root, reply: {data: x}}",
			"{client: l, drop: fin}",
			"{client: l, state: CONNECTED}",
			"{client: l, closeSession: {}}",
		];
		assert.equal(await run(steps), "kept");
	});

	it("is violated in another state than the one awaited, or by another reply", async () => {
		const other = await run(["{client: l, state: EXPIRED, within: 20}"]);
		assert.match(other, /^violated by l: the session's state: expected EXPIRED, found CONNECT/);
		const data = await run(["{client: l, getData: $root, reply: {data: 'y'}}"]);
		assert.match(data, /^violated by l: reply.data: expected "y", found /);
	});

	it("has its events apart from its replies, and none may be left at the end", async () => {
		const fire = except("getData", (connection, request, index) => {
			connection.event("NodeDataChanged", "/x");
			oblige(connection, request, index);
		});
		const read = "{client: l, getData: $root}";
		assert.equal(await run([read, "{client: l, event: {NodeDataChanged: /x}}"], fire), "kept");
		assert.equal(await run([read], fire), "violated by l: nobody awaited the event NodeDataChanged /x");
		const none = await run([read, "{client: l, event: {NodeDataChanged: /x}, within: 20}"]);
		assert.equal(none, "violated by l: no event within 20 ms");
	});

	it("is told of the end of its session by the server", async () => {
		const expired = except("connect", (connection) => connection.accept({ sessionId: 0n, timeOut: 0 }));
		assert.equal(await run(["{client: l, state: EXPIRED}"], expired), "kept");
		const call = await run(["{client: l, getData: $root}"], expired);
		assert.equal(call, 'violated by l: error: expected "OK", found "SESSIONEXPIRED"');
	});

	it("closes its session at the end", async () => {
		const server = await FakeServer.start(codec, oblige);
		try {
			await runScenario(scenarioOf(["{client: l, getData: $root}"], layered), environmentOf(server));
			assert.deepEqual(said(server), ["connect getData closeSession"]);
		} finally {
			server.stop();
		}
	});
});
