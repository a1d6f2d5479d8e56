import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { type Answer, FakeServer } from "../client/testing/fake-server.js";
import { codec, except, oblige, runSteps, said } from "./testing/scripted-server.js";

const error = (name: string) => codec.errorCode(name);

/** Sends bytes as one frame, whatever they are. */
const frame = (hex: string) => {
	const body = Buffer.from(hex, "hex");
	return Buffer.concat([Buffer.from([0, 0, 0, body.length]), body]);
};

async function lineOf(steps: readonly string[], answer?: Answer): Promise<string> {
	return (await runSteps(steps, answer)).line;
}

describe("the run of a scenario", () => {
	it("is kept when everything is as demanded, and closes every session it opened", async () => {
		const steps = [
			"{create: $root/a, reply: {path: $root/a}, as: made}",
			"{client: b, getData: $made.reply.path, reply: {data: x}, zxid: 7}",
			"{connect: {}}",
			"{exists: $root/a}",
			"{client: c, drop: reset}",
		];
		const { line, server } = await runSteps(steps);
		assert.equal(line, "kept");
		const [first, b, second, ...others] = said(server);
		assert.equal(first, "connect create");
		assert.equal(b, "connect getData sync closeSession");
		assert.equal(second, "connect exists sync closeSession");
		// The session that a had first, and that of c, are taken over only to be closed.
		assert.deepEqual(others.toSorted(), ["connect", "connect closeSession", "connect closeSession"]);
		const closed = server.connections.flatMap(({ requests }) => {
			const [hello, ...rest] = requests;
			const ends = rest.some((request) => request.kind === "request" && request.operation === "closeSession");
			return hello?.kind === "connectRequest" && ends ? [hello.body.sessionId] : [];
		});
		assert.equal(new Set(closed).size, 3);
	});

	it("runs the cleanup and closes sessions also when a step failed", async () => {
		const fail = except("exists", (connection, request) =>
			connection.reply(request.kind === "request" ? request.xid : 0, 7n, error("NONODE")),
		);
		const { line, server } = await runSteps(["{exists: $root}", "{create: $root/never}"], fail, {}, [
			"cleanup: [{delete: $root/a}]",
		]);
		assert.equal(line, 'violated by a: error: expected "OK", found "NONODE"');
		assert.deepEqual(said(server), ["connect exists delete closeSession"]);
	});

	it("is what the cleanup says when the steps are kept", async () => {
		const refuse = except("delete", (connection, request) =>
			connection.reply(request.kind === "request" ? request.xid : 0, 7n, error("NOTEMPTY")),
		);
		const { line } = await runSteps(["{exists: $root}"], refuse, {}, ["cleanup: [{delete: $root}]"]);
		assert.equal(line, 'violated by a: error: expected "OK", found "NOTEMPTY"');
	});

	it("turns one expectation around when told to", async () => {
		for (const flip of [0, 1]) {
			const { line } = await runSteps(["{create: $root/a, reply: {path: $root/a}}"], oblige, { flip });
			assert.match(line, flip === 0 ? /error: expected not "OK", found "OK"/ : /reply.path: expected not /);
		}
	});
});

describe("a reply", () => {
	const answers: readonly (readonly [string, Answer, string | RegExp])[] = [
		[
			"with an event before it that no step awaits",
			except("exists", (connection, request, index) => {
				connection.event("NodeCreated", "/x");
				oblige(connection, request, index);
			}),
			"violated by a: an event that nothing here expects came before the reply: NodeCreated /x",
		],
		[
			"with an event after it that no step awaits",
			except("exists", (connection, request, index) => {
				oblige(connection, request, index);
				connection.event("NodeCreated", "/x");
			}),
			"violated by a: expected nothing more before the barrier's reply, found the event NodeCreated /x",
		],
		[
			"sent twice",
			except("exists", (connection, request, index) => {
				oblige(connection, request, index);
				oblige(connection, request, index);
			}),
			"violated by a: expected nothing more before the barrier's reply, found a reply with xid 1",
		],
		[
			"with another xid",
			except("exists", (connection) => connection.reply(77, 7n, 0, codec.encodeReply("exists", { stat: emptyStat() }))),
			"violated by a: xid: expected 1, that of the request, found 77",
		],
		[
			"with bytes behind its last field",
			except("exists", (connection) =>
				connection.reply(
					1,
					7n,
					0,
					Buffer.concat([codec.encodeReply("exists", { stat: emptyStat() }), Buffer.from([9])]),
				),
			),
			/^violated by a: 1 bytes follow the reply's last field/,
		],
		[
			"with a body although it fails",
			except("exists", (connection) => connection.reply(1, 7n, error("NONODE"), Buffer.from([9]))),
			/^violated by a: a reply with NONODE has no body, but .* follows its header$/,
		],
		[
			"that is cut",
			except("exists", (connection) => connection.reply(1, 7n, 0, Buffer.from([1, 2]))),
			/^violated by a: the reply to exists can not be decoded: /,
		],
		[
			"shorter than its header",
			except("exists", (connection) => connection.socket.write(frame("0102"))),
			/^violated by a: the reply's header can not be decoded: /,
		],
		[
			"behind an event with bytes too many",
			except("exists", (connection) =>
				connection.reply(
					-1,
					-1n,
					0,
					Buffer.concat([codec.encodeRecord("WatcherEvent", { type: 1, state: 3, path: "/x" }), Buffer.from([1])]),
				),
			),
			"violated by a: the reply's header can not be decoded: 1 bytes follow the event's last field",
		],
		[
			"that is the end of the connection",
			except("exists", (connection) => connection.socket.destroy()),
			'violated by a: error: expected "OK", found "CLOSED"',
		],
	];
	for (const [what, answer, expected] of answers) {
		it(`${what} is a violation`, async () => {
			const line = await lineOf(["{exists: $root}"], answer);
			if (typeof expected === "string") assert.equal(line, expected);
			else assert.match(line, expected);
		});
	}

	it("that does not come is a violation", async () => {
		const silent = except("exists", () => undefined);
		const { line } = await runSteps(["{exists: $root}"], silent, { replyTimeoutMs: 50 });
		assert.equal(line, "violated by a: no reply within 50 ms");
	});

	it("that comes too late proves nothing, whatever it says", async () => {
		for (const expected of ["OK", "NONODE"]) {
			const steps = ["{let: {t: $server.tickTime}}", `{exists: $root, error: ${expected}, before: "\${t - 1}"}`];
			assert.match(await lineOf(steps), /^undecided: a: exists .*: the reply came \d+ ms too late to prove anything$/);
		}
	});

	it("may be the end of the connection when a step says so", async () => {
		const hangUp = except("exists", (connection) => connection.socket.destroy());
		assert.equal(await lineOf(["{exists: $root, closed: true}"], hangUp), "kept");
		const found = await lineOf(["{exists: $root, closed: true}"]);
		assert.equal(
			found,
			"violated by a: the connection being closed: expected closed without a reply, found a reply: OK",
		);
		const outcomes = "{exists: $root, outcomes: [{error: NONODE}, {closed: true}]}";
		assert.equal(await lineOf([outcomes], hangUp), "kept");
		assert.match(await lineOf([outcomes]), /^violated by a: outcome: /);
	});

	it("may be followed by the end of the connection when a step says so", async () => {
		const steps = ["{exists: $root, thenClosed: true}"];
		const hangUp = except("exists", (connection, request, index) => {
			oblige(connection, request, index);
			connection.socket.end();
		});
		assert.equal(await lineOf(steps, hangUp), "kept");
		const { line } = await runSteps(steps, oblige, { replyTimeoutMs: 50 });
		assert.match(line, /expected closed, found still open after 50 ms$/);
	});
});

describe("a session that ends", () => {
	const hangUp = except("exists", (connection) => connection.socket.destroy());
	const brief: Answer = (connection, request, index) => {
		if (request.kind !== "connectRequest") hangUp(connection, request, index);
		else if (request.body.sessionId === 0n) connection.accept({ timeOut: 1 });
		else connection.accept({ sessionId: 0n, timeOut: 0, passwd: Buffer.alloc(16) });
	};
	const wait = "{hold: {getData: $root}, for: 5}";

	it("proves nothing when its client said nothing for the whole timeout", async () => {
		const silent = "client a was silent for its whole session timeout before";
		assert.ok((await lineOf([wait, "{exists: $root}"], brief)).endsWith(silent));
		assert.ok((await lineOf([wait, "{reconnect: {}}"], brief)).endsWith(silent));
		assert.ok((await lineOf([wait, "{reconnect: {}, reply: {sessionId: $a.sessionId}}"], brief)).endsWith(silent));
	});

	it("is still what a step may ask for", async () => {
		assert.equal(await lineOf([wait, "{exists: $root, closed: true}"], brief), "kept");
		assert.equal(await lineOf([wait, "{reconnect: {}, refused: true}"], brief), "kept");
		assert.match(await lineOf([wait, "{reconnect: {}, closed: true}"], brief), /^violated by a: .* found refused$/);
	});
});

describe("a handshake", () => {
	const answer = (reply: Answer): Answer => except("connect", reply);

	it("that is refused is a violation, unless a step says so", async () => {
		const refuse = answer((connection) => connection.accept({ sessionId: 0n, timeOut: 0 }));
		assert.equal(await lineOf(["{exists: $root}"], refuse), "violated by a: the server refused a new session");
		assert.equal(await lineOf(["{connect: {}}"], refuse), "violated by a: handshake: expected accepted, found refused");
		assert.equal(await lineOf(["{connect: {}, refused: true}"], refuse), "kept");
		assert.match(await lineOf(["{connect: {}, refused: true}"]), /expected refused, found accepted$/);
	});

	it("without an answer is a violation, unless a step says so", async () => {
		const hangUp = answer((connection) => connection.socket.destroy());
		assert.match(await lineOf(["{connect: {}}"], hangUp), /expected accepted, found closed without an answer$/);
		assert.equal(await lineOf(["{connect: {}, closed: true}"], hangUp), "kept");
	});

	it("that can not be decoded, has bytes too many or is not answered is a violation", async () => {
		const nonsense = answer((connection) => connection.socket.write(frame("0102")));
		assert.match(
			await lineOf(["{exists: $root}"], nonsense),
			/^violated by a: the handshake's answer can not be decoded/,
		);
		assert.match(
			await lineOf(["{connect: {}}"], nonsense),
			/^violated by a: the handshake's answer can not be decoded/,
		);
		const longer = answer((connection) =>
			connection.socket.write(frame(`${"00".repeat(4)}00000bb8${"00".repeat(7)}0100000000000909`)),
		);
		assert.match(await lineOf(["{connect: {}}"], longer), /^violated by a: bytes after the handshake's answer/);
		const { line } = await runSteps(
			["{connect: {}}"],
			answer(() => undefined),
			{ replyTimeoutMs: 50 },
		);
		assert.equal(line, "violated by a: no answer to the handshake within 50 ms");
	});

	it("with nobody there says that the target is unreachable", async () => {
		const gone = await FakeServer.start(codec, oblige);
		const addresses = [gone.address];
		gone.stop();
		const { line } = await runSteps(["{exists: $root}"], oblige, { addresses });
		assert.match(line, /^unreachable: no connection to 127\.0\.0\.1:\d+: .*ECONNREFUSED/);
	});
});

describe("a scenario that can not be carried out as written", () => {
	const wrong: readonly (readonly [string, RegExp, string?])[] = [
		["{call: $root}", /^wrong: call needs one operation with its arguments/],
		["{create: {path: $root/a, flags: soon}}", /^wrong: .*flags/],
		["{exists: $server.nothing}", /^wrong: .*there is no "nothing"/],
		["{receive: later}", /^wrong: nothing was sent as "later"/],
		["{state: CONNECTED}", /^wrong: client a has no state of its own: give it layer: session$/],
		["{exists: $root}", /^wrong: super credentials are needed: requires: \[super\]$/, "clients: {a: {super: true}}"],
		[
			"{client: l, barrier: true}",
			/^wrong: a client with layer: session does not do/,
			"clients: {l: {layer: session}}",
		],
		["{hold: {exists: $root}, for: soon}", /^wrong: a number was expected, found soon$/],
	];
	for (const [step, expected, head] of wrong) {
		it(`is wrong, not violated: ${step}`, async () => {
			const { line } = await runSteps([step], oblige, {}, head === undefined ? [] : [head]);
			assert.match(line, expected);
		});
	}
});

function emptyStat(): Record<string, number> {
	const fields = codec.wire.records.get("Stat")?.fields ?? [];
	return Object.fromEntries(fields.map(({ name }) => [name, 0]));
}
