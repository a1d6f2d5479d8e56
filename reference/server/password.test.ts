import assert from "node:assert/strict";
import { sessionId } from "../model/ids.js";
import { isPasswordOf, passwordOf } from "./password.js";

// Handed out by Apache ZooKeeper 3.9.6.
const known = [
	[0x010000170c520000n, "dcdd6a4b3950393b1a2a07c0aa917a24"],
	[0x010000170c520001n, "effe644bd99b18800f6d6eeb7e1a8ff1"],
] as const;

describe("the password of a session", () => {
	it("is the one that Apache gives", () => {
		for (const [id, password] of known) assert.equal(Buffer.from(passwordOf(sessionId(id))).toString("hex"), password);
	});

	it("must be exact", () => {
		const id = sessionId(-3n);
		const password = passwordOf(id);
		assert.ok(isPasswordOf(id, password));
		assert.ok(!isPasswordOf(id, password.subarray(0, 15)));
		assert.ok(!isPasswordOf(id, new Uint8Array(16)));
		assert.ok(!isPasswordOf(sessionId(3n), password));
	});
});
