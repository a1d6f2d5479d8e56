import assert from "node:assert/strict";
import { errors } from "../model/errors.js";
import { create } from "./testing/test-client.js";
import { TestServer } from "./testing/test-server.js";

const maxInt = 2 ** 31 - 1;

function serverWithNode(): TestServer {
	const server = new TestServer();
	assert.equal(server.connect().code(create("/p")), errors.ok);
	return server;
}

describe("counters at their limits", () => {
	it("wrap the version from the largest to the smallest number and go on", () => {
		const server = serverWithNode();
		const { stat } = server.tree.mustNode("/p");
		const client = server.connect();
		const setData = (version: number) => client.code({ type: "setData", path: "/p", data: new Uint8Array(), version });
		stat.version = maxInt;
		assert.equal(setData(maxInt), errors.ok);
		assert.equal(stat.version, -maxInt - 1);
		assert.equal(setData(maxInt), errors.badVersion);
		assert.equal(setData(-maxInt - 1), errors.ok);
		assert.equal(stat.version, -maxInt);
	});

	it("let the version pass through -1, which then means any version", () => {
		const server = serverWithNode();
		const { stat } = server.tree.mustNode("/p");
		const client = server.connect();
		const setData = (version: number) => client.code({ type: "setData", path: "/p", data: new Uint8Array(), version });
		stat.version = -2;
		assert.equal(setData(-2), errors.ok);
		assert.equal(stat.version, -1);
		assert.equal(setData(0), errors.badVersion);
		assert.equal(setData(-1), errors.ok);
		assert.equal(stat.version, 0);
	});

	it("stop the sequence counter at the largest number", () => {
		const server = serverWithNode();
		const parent = server.tree.mustNode("/p");
		const client = server.connect();
		const next = () => client.code(create("/p/s", { flags: 2 }));
		parent.stat.cversion = maxInt - 1;
		assert.deepEqual([next(), next(), next(), next()], [errors.ok, errors.ok, errors.nodeExists, errors.nodeExists]);
		assert.deepEqual([...(parent.children?.keys() ?? [])].sort(), ["s2147483646", "s2147483647"]);
		assert.equal(parent.stat.cversion, maxInt);
	});
});
