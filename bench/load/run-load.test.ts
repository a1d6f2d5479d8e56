import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { Codec } from "../../conformance/client/codec.js";
import { loadWireSpec } from "../../spec/load/wire.js";
import type { LoadPlan, LoadResult, Sample } from "./contract.js";
import { PlanError, runLoad } from "./run-load.js";
import { cleanUp, setUp } from "./set-up.js";
import type { Lies } from "./testing/lies.js";
import { allKinds, smallPlan } from "./testing/plans.js";
import { SmallServer } from "./testing/small-server.js";
import { Turns } from "./turns.js";

const codec = new Codec(loadWireSpec());

/** Of this process, by what Linux says of its children. */
function workerProcesses(): readonly string[] {
	const isOurs = (pid: string) =>
		textOf(`/proc/${pid}/cmdline`).includes("load/worker-main") &&
		textOf(`/proc/${pid}/status`).includes(`\nPPid:\t${process.pid}\n`);
	return readdirSync("/proc").filter((name) => /^\d+$/.test(name) && isOurs(name));
}

/** Nothing of a process that is gone meanwhile. */
function textOf(file: string): string {
	try {
		return readFileSync(file, "utf8");
	} catch {
		return "";
	}
}

describe("a load", function () {
	this.timeout(20_000);
	const servers: SmallServer[] = [];

	afterEach(() => {
		for (const server of servers.splice(0)) server.stop();
	});

	async function serve(lies: Lies = {}): Promise<SmallServer> {
		const server = await SmallServer.start(codec, lies);
		servers.push(server);
		return server;
	}

	async function load(server: SmallServer, changes: Partial<LoadPlan> = {}): Promise<LoadResult> {
		const plan = smallPlan([server.address], changes);
		await setUp(plan);
		return runLoad(plan);
	}

	it("finds nothing wrong with a right server, whatever is asked", async () => {
		const server = await serve();
		const values = { kind: "uniform", least: 0, most: 100 } as const;
		const asked = new Set<string>();
		while (asked.size < Object.keys(allKinds).length) {
			const { breaches, byKind, operations, errors, latency } = await load(server, { mix: allKinds, values });
			assert.deepEqual(breaches, []);
			assert.equal(errors, 0);
			assert.ok(operations > 0 && latency.count === operations, `${latency.count} of ${operations}`);
			assert.ok(latency.p50Micros > 0 && latency.p50Micros <= latency.maxMicros);
			for (const kind of Object.keys(byKind)) asked.add(kind);
		}
	});

	it("leaves nothing behind, and removes what an earlier one left", async () => {
		const server = await serve();
		await load(server, { mix: allKinds });
		const plan = smallPlan([server.address], { mix: allKinds });
		await setUp(plan);
		assert.equal(server.maybeData("/load/k00000011")?.length, 64);
		await cleanUp(plan);
		assert.equal(server.maybeData("/load"), undefined);
		await cleanUp(plan);
	});

	it("is made by the processes that made the one before, which end with this one", async () => {
		const server = await serve();
		const first = await load(server, { workers: 2 });
		const processes = workerProcesses();
		const second = await load(server, { workers: 2 });
		assert.deepEqual([...first.breaches, ...second.breaches], []);
		assert.equal(processes.length, 2);
		assert.deepEqual(workerProcesses(), processes);
		assert.ok(!process.getActiveResourcesInfo().includes("ProcessWrap"));
	});

	it("takes turns with another one, slice by slice", async () => {
		const servers = [await serve(), await serve()];
		const turns = new Turns(servers.length);
		const told: number[] = [];
		const results = await Promise.all(
			servers.map(async ({ address }, index) => {
				// Long enough for the worker process to get its share of a busy machine in each.
				const slice = { warmUpMs: 10, measureMs: 200 };
				const plan = smallPlan([address], { measureMs: 800, sampleMs: 200, slice, mix: allKinds, workers: index });
				await setUp(plan);
				return runLoad(plan, {
					party: turns.party(index),
					onMeasuring: () => told.push(index),
					onMeasured: () => told.push(index),
				});
			}),
		);
		assert.deepEqual(told, [0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1]);
		for (const { samples, operations, operationsPerSecond, latency, breaches } of results) {
			assert.deepEqual(breaches, []);
			assert.deepEqual(
				samples.map(({ atMs }) => atMs),
				[0, 200, 400, 600],
			);
			assert.ok(samples.every(({ reads, writes }) => reads + writes > 0));
			assert.equal(
				samples.reduce((sum, { reads, writes }) => sum + reads + writes, 0),
				operations,
			);
			assert.equal(latency.count, operations);
			assert.equal(operationsPerSecond, (operations * 1000) / 800);
		}
	});

	it("counts every operation in a sample of the time line", async () => {
		const server = await serve();
		const plan = smallPlan([server.address]);
		await setUp(plan);
		const told: Sample[] = [];
		const { samples, operations } = await runLoad(plan, { onSample: (sample) => told.push(sample) });
		assert.deepEqual(
			samples.map(({ atMs }) => atMs),
			[0, 50, 100, 150],
		);
		assert.deepEqual(told, samples);
		assert.equal(
			samples.reduce((sum, { reads, writes }) => sum + reads + writes, 0),
			operations,
		);
	});

	it("is made by processes of its own", async () => {
		const server = await serve();
		const plan = smallPlan([server.address], { workers: 2, mix: allKinds });
		await setUp(plan);
		const { breaches, client, operations } = await runLoad(plan);
		assert.deepEqual(breaches, []);
		assert.equal(client.workers, 2);
		assert.ok(operations > 0 && client.cpuMicros > 0 && client.utilization > 0);
	});

	it("sends at the given rate, and counts from when a request was due", async () => {
		const server = await serve();
		const arrival = { kind: "open", perSecond: 500 } as const;
		const { breaches, operations } = await load(server, { arrival, measureMs: 400 });
		assert.deepEqual(breaches, []);
		assert.ok(operations > 0 && operations <= 211, `${operations} operations`);
	});

	it("does not omit what a stalled server never came to", async () => {
		const server = await serve();
		const arrival = { kind: "open", perSecond: 500 } as const;
		const plan = smallPlan([server.address], { arrival, measureMs: 400 });
		await setUp(plan);
		const onSample = ({ atMs }: Sample) => (atMs === 0 ? server.hold() : atMs === 350 && server.release());
		const { latency, breaches } = await runLoad(plan, { onSample });
		assert.deepEqual(breaches, []);
		assert.ok(latency.p90Micros > 100_000, `p90 is ${latency.p90Micros}`);
		assert.ok(latency.count > 150, `${latency.count} are counted`);
	});

	it("ends when it is told to", async () => {
		const server = await serve();
		for (const workers of [0, 1]) {
			const plan = smallPlan([server.address], { measureMs: 60_000, workers });
			await setUp(plan);
			const end = new AbortController();
			const running = runLoad(plan, { signal: end.signal, onSample: () => end.abort(new Error("enough")) });
			await assert.rejects(running, /enough/);
		}
	});

	it("refuses plans that contradict themselves", async () => {
		const plan = smallPlan([{ host: "127.0.0.1", port: 1 }]);
		const refused = (changes: Partial<LoadPlan>) => assert.rejects(runLoad({ ...plan, ...changes }), PlanError);
		await refused({ keys: { count: 2, distribution: "uniform" } });
		await refused({ workers: 4 });
		await refused({ sessions: 0 });
		await refused({ addresses: [] });
		await refused({ mix: {} });
	});
});
