import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { startBundled } from "./bundled.js";
import { BundledStartError } from "./bundled-process.js";

describe("bundled server", () => {
	it("starts, answers, stops and leaves nothing behind", async () => {
		const server = await startBundled();
		const socket = connect(server.port, server.host);
		socket.write("ruok");
		assert.equal(await text(socket), "imok");
		await server.stop();
		assert.equal(await server.ended, 0);
		assert.deepEqual(server.log, []);
		assert.equal(existsSync(server.dataDir), false);
	});

	it("leaves nothing behind when it is killed", async () => {
		const server = await startBundled();
		await server.stop("SIGKILL");
		assert.equal(await server.ended, "SIGKILL");
		assert.equal(existsSync(server.dataDir), false);
	});

	it("says why it did not start", async () => {
		await assert.rejects(startBundled({ settings: { tickTime: "soon" } }), (error) => {
			assert.ok(error instanceof BundledStartError);
			assert.match(error.message, /--set: tickTime must be a whole number from 1, not "soon"/);
			return true;
		});
	});
});
