import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { describe, it } from "mocha";
import { startBundled } from "../drivers/bundled.js";
import { portOf, startFake } from "./testing/fake-server.js";
import { runCli, runCliUntil, runCliUntilCtrlC } from "./testing/run-cli.js";

const quick = ["--timeout", "1000", "--only", "create.exists"];

describe("targets that are no use", function () {
	this.timeout(60_000);

	it("no such host", async () => {
		const { code, stderr } = await runCli(["--target", "no-such-host.invalid:2181", ...quick]);
		assert.match(stderr, /^zkspec: no connection to no-such-host\.invalid:2181: .+\n$/);
		assert.equal(code, 3);
	});

	it("nobody listens", async () => {
		const server = createServer().listen(0, "127.0.0.1");
		await once(server, "listening");
		const port = portOf(server);
		server.close();
		await once(server, "close");
		const { code, stderr } = await runCli(["--target", `127.0.0.1:${port}`, ...quick]);
		assert.match(stderr, /^zkspec: no connection to 127\.0\.0\.1:\d+: .*ECONNREFUSED.*\n$/);
		assert.equal(code, 3);
	});

	it("something else that answers with text", async () => {
		const http = await startFake((socket) => socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")));
		const { code, stderr } = await runCli(["--target", http.address, ...quick]);
		await http.close();
		assert.match(
			stderr,
			/^zkspec: 127\.0\.0\.1:\d+ is not a ZooKeeper: it answered a handshake with "HTTP\/1\.1 400.*\n$/,
		);
		assert.equal(code, 3);
	});

	it("something else that answers with a frame", async () => {
		const garbage = Buffer.from("0000000401020304", "hex");
		const fake = await startFake((socket) => socket.once("data", () => socket.end(garbage)));
		const { code, stderr } = await runCli(["--target", fake.address, ...quick]);
		await fake.close();
		assert.match(stderr, /^zkspec: 127\.0\.0\.1:\d+ is not a ZooKeeper: it answered a handshake with 0x01020304\n$/);
		assert.equal(code, 3);
	});

	it("something that closes", async () => {
		const fake = await startFake((socket) => socket.once("data", () => socket.end()));
		const { code, stderr } = await runCli(["--target", fake.address, ...quick]);
		await fake.close();
		assert.match(stderr, /^zkspec: 127\.0\.0\.1:\d+ closed the connection instead of answering a handshake.*\n$/);
		assert.equal(code, 3);
	});

	it("something that says nothing", async () => {
		const fake = await startFake(() => undefined);
		const { code, stderr } = await runCli(["--target", fake.address, "--timeout", "300", "--only", "create.exists"]);
		await fake.close();
		assert.match(stderr, /^zkspec: 127\.0\.0\.1:\d+ did not answer a handshake within 300 ms\n$/);
		assert.equal(code, 3);
	});
});

describe("a target that stops midway", function () {
	this.timeout(60_000);

	it("ends the run with code 3 and says when", async () => {
		const server = await startBundled();
		let stopped = false;
		const stops = (text: string): void => {
			if (stopped || !text.includes("seed")) return;
			stopped = true;
			process.kill(server.pid, "SIGSTOP");
		};
		const run = runCli(["--target", server.address, "--timeout", "1000", "--only", "data-tree"], undefined, stops);
		const { code, stdout } = await run;
		process.kill(server.pid, "SIGCONT");
		await server.stop();
		assert.match(stdout, /^broke off: .+ \(while .+ ran\)$/m);
		assert.match(stdout, /^time: .+\nbroken off: \S+$/m);
		assert.equal(code, 3);
	});
});

describe("an interrupted run", function () {
	this.timeout(60_000);

	it("removes what it created and ends with code 130", async () => {
		const server = await startBundled();
		const args = ["--target", server.address, "--only", "ephemerals", "--repeat", "50"];
		const { code, stderr } = await runCliUntil(args, "seed", "SIGINT");
		const left = await runCli(["--target", server.address, "--clean"]);
		await server.stop();
		assert.match(stderr, /SIGINT: removing what the suite created/);
		assert.equal(code, 130);
		assert.equal(left.stdout, "nothing is left of earlier runs\n");
	});

	it("needs the bundled servers to clean up: Ctrl-C is not for them", async () => {
		const args = ["--servers", "1", "--only", "ephemerals", "--repeat", "50"];
		const { code, stderr } = await runCliUntilCtrlC(args, "  ok ");
		assert.match(stderr, /SIGINT: removing what the suite created/);
		assert.doesNotMatch(stderr, /could not/);
		assert.equal(code, 130);
	});

	it("that is killed leaves a node, which the next run reports and --clean removes", async () => {
		const server = await startBundled();
		await runCliUntil(["--target", server.address, "--only", "ephemerals"], "seed", "SIGKILL");
		const next = await runCli(["--target", server.address, "--only", "create.exists"]);
		const clean = await runCli(["--target", server.address, "--clean"]);
		await server.stop();
		assert.match(
			next.stdout,
			/left by another run, unless it still goes on \(--clean removes it\): \/zkspec-[0-9a-z]{6}\n/,
		);
		assert.match(clean.stdout, /^removed \/zkspec-[0-9a-z]{6}\n$/);
	});
});
