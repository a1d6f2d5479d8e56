import assert from "node:assert/strict";
import { loadWireSpec } from "../../spec/load/wire.js";
import { judge } from "../check/judge.js";
import { Codec } from "../client/codec.js";
import { historyOf } from "../history/history-builder.js";
import type { HistoryRecord } from "../history/record.js";
import { testHeader } from "../history/testing/random-records.js";
import { nodePlatform } from "../workload/node-platform.js";
import { readBundledWorkloads } from "../workload/read-workload.js";
import { type RunReport, runWorkload } from "../workload/run-workload.js";
import { WireCalls } from "../workload/wire-calls.js";
import type { Workload } from "../workload/workload.js";
import { SimulatedEnsemble } from "./simulated-ensemble.js";

const wire = new WireCalls(new Codec(loadWireSpec()));
const root = "/workload";
const durationMs = 2000;

interface Run {
	readonly report: RunReport;
	readonly records: readonly HistoryRecord[];
	readonly hash: string;
}

function workloadsOf(...names: readonly string[]): readonly Workload[] {
	return readBundledWorkloads()
		.filter(({ name }) => names.includes(name))
		.map((workload) => ({ ...workload, durationMs }));
}

async function simulate(workload: Workload, seed: number): Promise<Run> {
	const driver = new SimulatedEnsemble({ seed, servers: 3, observers: 1 });
	const records: HistoryRecord[] = [];
	const platform = nodePlatform(driver.members.map(({ address }) => address));
	const stopped = new AbortController().signal;
	const sink = (record: HistoryRecord): void => void records.push(record);
	const parts = { platform, driver, wire, workload, seed, root, sink, stopped, progress: () => undefined };
	try {
		const report = await driver.drive(runWorkload(parts));
		return { report, records, hash: driver.traceHash };
	} finally {
		await driver.stop();
	}
}

describe("simulated ensemble", function () {
	this.timeout(60_000);

	// CI runs all of them.
	for (const workload of workloadsOf("locks", "sessions", "watches")) {
		it(`keeps what it promises to ${workload.name}, whatever is done to it`, async () => {
			const { report, records } = await simulate(workload, 7);
			const header = { ...testHeader, servers: ["1", "2", "3", "4"], root, rules: workload.rules };
			const verdict = judge(historyOf(header, records));
			assert.equal(verdict.outcome, "ok", JSON.stringify(verdict));
			assert.ok(report.faults.length > 0);
			const { broken, unserved, left } = report;
			assert.deepEqual({ broken, unserved, left }, { broken: [], unserved: [], left: [] });
		});
	}

	it("gives the same run for the same seed", async () => {
		const [short] = workloadsOf("sessions");
		assert.ok(short);
		const [one, same, other] = [await simulate(short, 1), await simulate(short, 1), await simulate(short, 2)];
		assert.deepEqual(same, one);
		assert.notEqual(other.hash, one.hash);
	});
});
