import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadWireSpec } from "../../spec/load/wire.js";
import { Codec } from "../client/codec.js";
import { recordsOf } from "../history/history.js";
import { readHistory } from "../history/reader.js";
import type { HistoryRecord } from "../history/record.js";
import { type JudgedRun, runAndJudge } from "../workload/judged-run.js";
import { nodePlatform } from "../workload/node-platform.js";
import { readBundledWorkloads } from "../workload/read-workload.js";
import type { Workload } from "../workload/workload.js";
import { SimulatedEnsemble } from "./simulated-ensemble.js";

const codec = new Codec(loadWireSpec());
const durationMs = 2000;

interface Run {
	readonly judged: JudgedRun;
	readonly records: readonly HistoryRecord[];
	readonly hash: string;
}

function workloadsOf(...names: readonly string[]): readonly Workload[] {
	return readBundledWorkloads()
		.filter(({ name }) => names.includes(name))
		.map((workload) => ({ ...workload, durationMs }));
}

describe("simulated ensemble", function () {
	this.timeout(60_000);
	const folder = mkdtempSync(path.join(tmpdir(), "zkspec-test-"));
	const file = path.join(folder, "history.zkh");
	after(() => rmSync(folder, { recursive: true }));

	async function simulate(workload: Workload, seed: number): Promise<Run> {
		const driver = new SimulatedEnsemble({ seed, servers: 3, observers: 1 });
		const platform = nodePlatform(driver.members.map(({ address }) => address));
		const { signal: stopped } = new AbortController();
		const fixed = { codec, file, root: "/workload", startedAt: new Date(0), stopped, progress: () => undefined };
		try {
			const judged = await driver.drive(runAndJudge({ ...fixed, workload, seed, driver, platform }));
			return { judged, records: [...recordsOf(readHistory(file))], hash: driver.traceHash };
		} finally {
			await driver.stop();
		}
	}

	// CI runs all of them.
	for (const workload of workloadsOf("locks", "sessions", "watches")) {
		it(`keeps what it promises to ${workload.name}, whatever is done to it`, async () => {
			const { verdict, report } = (await simulate(workload, 7)).judged;
			assert.equal(verdict.outcome, "ok", JSON.stringify(verdict));
			assert.ok(report.faults.length > 0);
			const { broken, unserved, left } = report;
			assert.deepEqual({ broken, unserved, left }, { broken: [], unserved: [], left: [] });
		});
	}

	it("answers no faster than its slowest seeds can bear", async () => {
		// The seed asks for 50 us a way.
		const [short] = workloadsOf("sessions");
		assert.ok(short);
		const { records } = await simulate(short, 531);
		const askedUs = new Map(records.flatMap((one) => (one.type === "call" ? [[one.call, one.atUs]] : [])));
		const tookUs = records.flatMap((one) => (one.type === "reply" ? [one.atUs - (askedUs.get(one.call) ?? 0)] : []));
		assert.ok(tookUs.length > 100);
		assert.ok(Math.min(...tookUs) >= 2 * 300, `${Math.min(...tookUs)} us`);
	});

	it("gives the same run for the same seed", async () => {
		const [short] = workloadsOf("sessions");
		assert.ok(short);
		const [one, same, other] = [await simulate(short, 1), await simulate(short, 1), await simulate(short, 2)];
		assert.deepEqual([same.records, same.hash], [one.records, one.hash]);
		assert.notEqual(other.hash, one.hash);
	});
});
