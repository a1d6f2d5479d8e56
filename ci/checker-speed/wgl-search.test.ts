import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { registerRecords } from "./register-history.js";
import { searchOrder } from "./wgl-search.js";

describe("search for an order of a register's operations", () => {
	const shape = { operations: 60, clients: 4, seed: 3, lagMax: 0, staleAfter: undefined };

	it("finds one for a right history", () => {
		assert.equal(searchOrder(registerRecords(shape), 60_000).outcome, "linearizable");
	});

	it("finds one where others read what was never answered", () => {
		for (let seed = 1; seed <= 20; seed++)
			assert.equal(searchOrder(registerRecords({ ...shape, seed }), 60_000).outcome, "linearizable", `seed ${seed}`);
	});

	it("finds none where a read is stale", () => {
		assert.equal(searchOrder(registerRecords({ ...shape, staleAfter: 50 }), 60_000).outcome, "not linearizable");
	});

	it("gives up at its limit", () => {
		const large = { ...shape, operations: 4000, clients: 40 };
		assert.equal(searchOrder(registerRecords(large), 50).outcome, "undecided");
	});
});
