import assert from "node:assert/strict";
import type { LoadResult } from "../load/contract.js";
import { clientBound } from "./client-bound.js";

/** A second in which the client was busy for this share, the servers for these, and so many cores were idle. */
function second(utilization: number, servers: readonly (number | undefined)[], idleCores: number) {
	const usages = servers.map((share) => (share === undefined ? undefined : { cpuMicros: share * 1e6, memoryBytes: 1 }));
	const load = { client: { utilization } } as LoadResult;
	return clientBound({ load, metered: { elapsedMs: 1000, idleCores, usages } });
}

describe("a figure that the client decided", () => {
	it("is one with a busy worker, no busy server and idle cores", () => {
		const [breach] = second(0.99, [0.4, 0.84], 0.6);
		assert.equal(breach?.rule, "client-bound");
		assert.match(breach?.text ?? "", /99 % of the time, while the busiest server used 84 % of a core and 0.6 cores/);
	});

	it("is one with a busy worker when nobody knows of the servers", () => {
		assert.match(second(0.99, [undefined], 1)[0]?.text ?? "", /nothing is known of the servers/);
	});

	it("is not one as long as worker, server or machine had no more to give", () => {
		assert.deepEqual(second(0.95, [0.4], 1), []);
		assert.deepEqual(second(0.99, [0.4, 0.85], 1), []);
		assert.deepEqual(second(0.99, [0.4], 0.1), []);
	});
});
