import assert from "node:assert/strict";
import type { LoadPlan, LoadResult } from "./contract.js";
import { NullServer } from "./null-server.js";
import { runLoad } from "./run-load.js";
import { smallPlan } from "./testing/plans.js";
import { Values } from "./values.js";

describe("null server", function () {
	this.timeout(20_000);

	async function loadOf(changes: Partial<LoadPlan>): Promise<LoadResult> {
		const plan = smallPlan([], changes);
		const server = new NullServer(new Values(plan.values, plan.seed), plan.keys.count);
		try {
			return await runLoad({ ...plan, addresses: [{ host: "127.0.0.1", port: await server.listen() }] });
		} finally {
			server.close();
		}
	}

	const cases: Readonly<Record<string, Partial<LoadPlan>>> = {
		"reads and writes of one size": {},
		"values of all sizes": { values: { kind: "uniform", least: 0, most: 3000 } },
		"values larger than a chunk": { values: { kind: "fixed", bytes: 400_000 }, sessions: 2 },
		syncs: { mix: { sync: 1, getData: 1 } },
		"very many requests under way": { arrival: { kind: "closed", window: 3000 } },
		"many sessions": {
			sessions: 300,
			keys: { count: 300, distribution: "hot" },
			arrival: { kind: "closed", window: 2 },
		},
	};
	for (const [what, changes] of Object.entries(cases)) {
		it(`is found right with ${what}`, async () => {
			let answered = 0;
			while (answered === 0) {
				const { breaches, operations, errors } = await loadOf(changes);
				assert.deepEqual(breaches, []);
				assert.equal(errors, 0);
				answered = operations;
			}
		});
	}

	it("refuses what it does not know", async () => {
		const { breaches } = await loadOf({ mix: { exists: 1 } });
		assert.match(breaches[0]?.text ?? "", /exists of \d+ was answered by error -6/);
	});
});
