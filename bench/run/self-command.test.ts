import assert from "node:assert/strict";
import { runBench } from "./testing/run-bench.js";

describe("bench self", function () {
	this.timeout(60_000);

	it("says what the load costs, and why there is no C client", async () => {
		const args = ["self", "--rounds", "1", "--for", "200ms", "--json", "--c-client", "/nowhere"];
		const { code, stdout, stderr } = await runBench(args);
		assert.equal(code, 0, stderr);
		const rows = JSON.parse(stdout) as { readonly who: string; readonly operationsPerSecond: number }[];
		assert.deepEqual(
			rows.map(({ who }) => who),
			["this load, 100 % getData", "this load, 50 % getData, 50 % setData", "this load, 100 % setData"],
		);
		for (const row of rows) assert.ok(row.operationsPerSecond > 1000, stdout);
		assert.match(stderr, /zookeeper\.h is not there/);
	});

	it("refuses what it does not understand", async () => {
		assert.equal((await runBench(["self", "--rounds", "none"])).code, 2);
	});
});
