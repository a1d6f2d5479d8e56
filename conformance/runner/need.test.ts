import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { parseAddresses } from "./address.js";
import { unmetNeed } from "./need.js";
import { isBefore, isInRange, maybeVersion } from "./version.js";

const findings = {
	facts: { ttl: false, servers: 3, containers: true, "4lw.srvr": true },
	reasons: new Map([["ttl", "createTTL is answered with UNIMPLEMENTED"]]),
};

describe("needs of a scenario", () => {
	it("hold by facts that are true, and by comparisons", () => {
		for (const need of ["containers", "4lw.srvr", "servers>=3", "servers = 3", "servers<4"]) {
			assert.equal(unmetNeed(need, findings), undefined, need);
		}
	});
	it("do not hold otherwise, and say why", () => {
		assert.equal(unmetNeed("ttl", findings), "needs ttl: createTTL is answered with UNIMPLEMENTED");
		assert.equal(unmetNeed("servers>=5", findings), "needs servers>=5: it is 3");
		assert.equal(unmetNeed("ttl=0", { ...findings, facts: { ttl: true } }), "needs ttl=0: it is true");
		assert.equal(unmetNeed("quiet", findings), "needs quiet: not known; say it with --fact quiet=…");
	});
});

describe("versions", () => {
	it("are found in what servers say", () => {
		assert.equal(maybeVersion("Zookeeper version: 3.8.0-abc, built on 2024-12-29"), "3.8.0");
		assert.equal(maybeVersion("ClickHouse Keeper version: v23.5.1.3174-testing"), "23.5.1");
		assert.equal(maybeVersion("imok"), undefined);
	});
	it("compare with parts left out", () => {
		assert.ok(isBefore("3.8.0", "3.8.1"));
		assert.ok(!isBefore("3.8.0", "3.8"));
		assert.ok(isInRange("3.8.0", ">=3.8.0 <3.8.2"));
		assert.ok(!isInRange("3.8.2", ">=3.8.0 <3.8.2"));
	});
});

describe("addresses", () => {
	it("have a host, a port or the standard one, and brackets around IPv6", () => {
		const expected = [
			{ host: "a.b", port: 1 },
			{ host: "c", port: 2181 },
			{ host: "::1", port: 9 },
		];
		assert.deepEqual(parseAddresses("a.b:1,c,[::1]:9"), expected);
	});
});
