import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { writtenIdentities } from "./identities.js";
import { loadSuite } from "./suite.js";

describe("identities of the scenarios", () => {
	it("are found in clients and in auth packets, each once", () => {
		const written = writtenIdentities(loadSuite([]).scenarios).map(({ auth }) => auth);
		for (const auth of ["ann:secret", "bob:hidden", "owner:secret"]) assert.ok(written.includes(auth), auth);
		assert.equal(new Set(written).size, written.length);
	});
});
