import assert from "node:assert/strict";
import type { FaultKind } from "../drivers/ensemble-driver.js";
import { drawSchedule } from "./schedule.js";
import { workloadOf } from "./testing/workload-of.js";

const all: ReadonlySet<FaultKind> = new Set(["kill", "start", "cut", "partition", "heal"]);

describe("a fault schedule", () => {
	const workload = {
		...workloadOf(`steps: [{ weight: 1, getData: / }]
faults:
  every: [100ms, 300ms]
  choices:
    - { weight: 2, do: { kill: leader }, for: [50ms, 200ms] }
    - { weight: 1, do: { cut: all } }
`),
		durationMs: 60_000,
	};

	it("is the same for the same seed, and another one for another", () => {
		assert.deepEqual(drawSchedule(workload, 5, all), drawSchedule(workload, 5, all));
		assert.notDeepEqual(drawSchedule(workload, 5, all), drawSchedule(workload, 6, all));
	});

	it("has one fault after the other, as far apart as the workload says, within its time", () => {
		const { faults } = drawSchedule(workload, 5, all);
		assert.ok(faults.length > 100);
		for (const [index, { atMs, forMs }] of faults.entries()) {
			const next = faults[index + 1]?.atMs ?? Number.POSITIVE_INFINITY;
			assert.ok(atMs < workload.durationMs && next - atMs - forMs >= 100, `${atMs} ${forMs} ${next}`);
		}
	});

	it("chooses by weight", () => {
		const { faults } = drawSchedule({ ...workload, durationMs: 600_000 }, 5, all);
		const kills = faults.filter(({ do: fault }) => "kill" in fault).length / faults.length;
		assert.ok(Math.abs(kills - 2 / 3) < 0.05, String(kills));
	});

	it("leaves out what the driver can not do, and says so", () => {
		const { faults, leftOut } = drawSchedule(workload, 5, new Set<FaultKind>(["cut"]));
		assert.ok(faults.length > 0 && faults.every(({ do: fault }) => "cut" in fault));
		assert.deepEqual(leftOut, ["kill"]);
		assert.deepEqual(drawSchedule(workload, 5, new Set()).faults, []);
	});
});
