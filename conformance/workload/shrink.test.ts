import assert from "node:assert/strict";
import { shrinkWorkload } from "./shrink.js";
import { workloadOf } from "./testing/workload-of.js";
import type { Workload } from "./workload.js";

const workload: Workload = {
	...workloadOf(`steps:
  - { weight: 5, getData: / }
  - { weight: 1, session: takeOver }
  - { weight: 1, setData: / }
schedule:
  - { at: 100ms, for: 50ms, do: { kill: leader } }
  - { at: 300ms, do: { cut: all } }
  - { at: 600ms, for: 50ms, do: { pause: any } }
`),
	clients: [0, 1, 2, 3, 4],
	stepsMax: 100,
};

/** Client 3 takes a session over behind a cut, at its seventh step. */
function isWrong({ clients, steps, faults, stepsMax, durationMs }: Workload): boolean {
	const cuts = faults.type === "given" && faults.schedule.some(({ do: fault }) => "cut" in fault);
	return clients.includes(3) && steps.some((step) => "session" in step) && cuts && stepsMax >= 7 && durationMs >= 300;
}

describe("shrinking", () => {
	it("leaves nothing but what it takes", async () => {
		const { workload: small } = await shrinkWorkload(
			workload,
			async (each) => isWrong(each),
			() => true,
		);
		assert.ok(isWrong(small));
		assert.deepEqual(small.clients, [3]);
		assert.deepEqual(small.steps, [{ weight: 1, session: "takeOver" }]);
		assert.deepEqual(small.faults.type === "given" && small.faults.schedule.map(({ atMs }) => atMs), [300]);
		assert.ok(small.stepsMax < 14 && small.durationMs < 400, `${small.stepsMax} ${small.durationMs}`);
	});

	it("stops when its time is over, with the smallest so far", async () => {
		let left = 4;
		const { workload: small, tried } = await shrinkWorkload(
			workload,
			async (each) => isWrong(each),
			() => left-- > 0,
		);
		assert.ok(isWrong(small));
		assert.ok(tried <= 4);
	});

	it("tries nothing twice", async () => {
		const seen = new Set<string>();
		await shrinkWorkload(
			workload,
			async (each) => {
				const key = JSON.stringify(each);
				assert.ok(!seen.has(key));
				seen.add(key);
				return false;
			},
			() => true,
		);
		assert.ok(seen.size > 10);
	});
});
