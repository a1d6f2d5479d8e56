import assert from "node:assert/strict";
import { type BundledServer, startBundled } from "../../conformance/drivers/bundled.js";
import type { LoadPlan } from "../load/contract.js";
import { cleanUp, setUp } from "../load/set-up.js";
import { benchWorker, type WorkerOptions } from "./bench-worker.js";
import { Control } from "./control.js";
import { Coordinator, type CoordinatorOptions } from "./coordinator.js";

const version = "1.2.3";

describe("a distributed load", function () {
	this.timeout(60_000);
	let server: BundledServer;
	const running: Promise<unknown>[] = [];
	const left: (() => Promise<void>)[] = [];

	before(async () => {
		server = await startBundled();
	});

	after(async () => {
		await server.stop();
	});

	afterEach(async () => {
		for (const leave of left.splice(0)) await leave();
		await Promise.all(running.splice(0));
	});

	const controlOptions = () => ({
		servers: [{ host: server.host, port: server.port }],
		sessionMs: 10_000,
		connectMs: 5000,
		run: "test",
		say: () => undefined,
	});

	async function coordinate(changes: Partial<CoordinatorOptions> = {}): Promise<Coordinator> {
		const options = { ...controlOptions(), workers: 2, gatherMs: 10_000, version, ...changes };
		const coordinator = await Coordinator.open(options);
		left.push(() => coordinator.close());
		return coordinator;
	}

	function work(id: string, changes: Partial<WorkerOptions> = {}): Promise<void> {
		const member = { id, name: `host of ${id}`, version, processes: 1 };
		const worked = benchWorker({ ...controlOptions(), member, waitMs: 10_000, ...changes });
		running.push(Promise.allSettled([worked]));
		return worked;
	}

	const plan = (changes: Partial<LoadPlan> = {}): LoadPlan => ({
		addresses: [{ host: server.host, port: server.port }],
		root: "/load",
		sessions: 4,
		arrival: { kind: "closed", window: 4 },
		mix: { getData: 80, setData: 20 },
		values: { kind: "fixed", bytes: 64 },
		keys: { count: 20, distribution: "uniform" },
		warmUpMs: 50,
		measureMs: 300,
		sampleMs: 100,
		seed: 1,
		workers: 1,
		toleratesLoss: false,
		...changes,
	});

	async function nodesLeft(): Promise<readonly string[]> {
		const control = await Control.open(controlOptions());
		try {
			return ((await control.maybeChildren("/")) ?? []).filter((name) => name !== "zookeeper");
		} finally {
			await control.close();
		}
	}

	it("adds up what all workers measure, and leaves nothing", async () => {
		const workers = [work("a"), work("b", { member: { id: "b", name: "b", version, processes: 2 } })];
		const coordinator = await coordinate();
		const told: string[] = [];
		await setUp(plan());
		const result = await coordinator.load(plan(), {
			onMeasuring: () => void told.push("measuring"),
			onMeasured: () => void told.push("measured"),
			onSample: ({ atMs }) => void told.push(`${atMs}`),
		});
		const other = plan({ seed: 2 });
		await setUp(other);
		const again = await coordinator.load(other);
		await coordinator.close();
		await Promise.all(workers);
		await cleanUp(plan());
		assert.deepEqual(result.breaches, []);
		assert.deepEqual(again.breaches, []);
		assert.equal(result.client.workers, 3);
		assert.ok(result.operations > 100, `${result.operations} operations`);
		assert.equal(result.latency.count, result.operations);
		assert.deepEqual(told, ["measuring", "measured", "0", "100", "200"]);
		assert.deepEqual(await nodesLeft(), []);
	});
});
