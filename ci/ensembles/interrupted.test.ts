import assert from "node:assert/strict";
import { interrupt } from "./interrupted.js";

describe("a program that hurts an ensemble and is ended in the middle of it", function () {
	this.timeout(90_000);

	it("leaves nothing behind after SIGKILL, with servers killed, paused and parted", async () => {
		assert.deepEqual(await interrupt({ driver: "bundled", by: "SIGKILL", afterMs: 0, hurt: true }), []);
	});

	it("leaves nothing behind after an error that nobody catches", async () => {
		assert.deepEqual(await interrupt({ driver: "bundled", by: "crash", afterMs: 3000, hurt: false }), []);
	});

	it("leaves nothing behind when it is killed while it starts servers", async () => {
		assert.deepEqual(await interrupt({ driver: "bundled", by: "SIGKILL", afterMs: 400, hurt: false }), []);
	});
});
