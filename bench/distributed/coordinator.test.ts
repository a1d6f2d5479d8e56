import assert from "node:assert/strict";
import type { LoadPlan } from "../load/contract.js";
import { cleanUp, setUp } from "../load/set-up.js";
import { smallPlan } from "../load/testing/plans.js";
import { benchWorker, RunOverError, type WorkerOptions } from "./bench-worker.js";
import { Coordinator, type CoordinatorOptions, GatherError } from "./coordinator.js";
import { runNodes } from "./run-nodes.js";
import { ControlServer } from "./testing/control-server.js";

const version = "1.2.3";
const nodes = runNodes("test");

describe("a distributed load", function () {
	this.timeout(60_000);
	const server = new ControlServer();
	const running: Promise<unknown>[] = [];
	const coordinators: Coordinator[] = [];

	before(() => server.start());
	after(() => server.stop());
	afterEach(async () => {
		for (const coordinator of coordinators.splice(0)) await coordinator.close();
		await Promise.all(running.splice(0));
		await server.endSessions();
	});

	const options = () => ({ ...server.options(), run: "test", say: () => undefined });

	async function coordinate(changes: Partial<CoordinatorOptions> = {}): Promise<Coordinator> {
		const coordinator = await Coordinator.open({ ...options(), workers: 2, gatherMs: 20_000, version, ...changes });
		coordinators.push(coordinator);
		return coordinator;
	}

	/** Settles as the worker ends. */
	function work(id: string, changes: Partial<WorkerOptions> = {}): Promise<void> {
		const member = { id, name: `host of ${id}`, version, processes: 1 };
		const worked = benchWorker({ ...options(), member, waitMs: 20_000, leftOutMs: 20_000, ...changes });
		running.push(Promise.allSettled([worked]));
		return worked;
	}

	function plan(changes: Partial<LoadPlan> = {}): LoadPlan {
		return smallPlan(server.options().servers, { workers: 1, measureMs: 300, sampleMs: 100, ...changes });
	}

	const nodesLeft = async (): Promise<readonly string[]> => (await (await server.session()).maybeChildren("/")) ?? [];

	it("adds up what all workers measure, and leaves nothing", async () => {
		const b = { id: "b", name: "b", version, processes: 2 };
		const workers = [work("a"), work("b", { member: b })];
		const left = await server.session();
		for (const path of [...nodes.parents, nodes.rounds, `${nodes.rounds}/000001`, `${nodes.rounds}/000001/barrier`])
			await left.create(path, "of a coordinator that was killed");
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
		await cleanUp(other);
		assert.deepEqual(result.breaches, []);
		assert.deepEqual(again.breaches, []);
		assert.equal(result.client.workers, 3);
		assert.ok(result.operations > 0, `${result.operations} operations`);
		assert.equal(result.latency.count, result.operations);
		assert.deepEqual(told, ["measuring", "measured", "0", "100", "200"]);
		assert.deepEqual(await nodesLeft(), ["zookeeper"]);
	});

	it("a worker that is lost in the middle makes it void, by its name", async () => {
		const leaving = new AbortController();
		const lost = assert.rejects(work("b", { signal: leaving.signal }), /leaves/);
		const kept = work("a");
		const coordinator = await coordinate();
		await setUp(plan());
		const loaded = coordinator.load(plan({ measureMs: 60_000 }), {
			onMeasuring: () => leaving.abort(new Error("leaves")),
		});
		const breach = { rule: "worker-lost", text: "worker host of b is gone", count: 1 };
		assert.deepEqual((await loaded).breaches, [breach]);
		assert.deepEqual((await coordinator.load(plan())).breaches, [breach]);
		await lost;
		await cleanUp(plan());
		await coordinator.close("a worker is lost");
		await assert.rejects(kept, (error: unknown) => error instanceof RunOverError && /is lost/.test(error.message));
		assert.deepEqual(await nodesLeft(), ["zookeeper"]);
	});

	it("is given up in the middle by its signal, after which nobody touches the nodes, and another one is made", async () => {
		void work("a");
		const coordinator = await coordinate({ workers: 1 });
		const long = plan({ measureMs: 60_000, mix: { create: 1, delete: 1, setData: 1 } });
		await setUp(long);
		const given = new AbortController();
		const hooks = { signal: given.signal, onMeasuring: () => given.abort(new Error("enough")) };
		await assert.rejects(coordinator.load(long, hooks), /enough/);
		await cleanUp(long);
		await setUp(plan());
		assert.deepEqual((await coordinator.load(plan())).breaches, []);
		await cleanUp(plan());
	});

	it("a worker that can not reach the servers makes it void, by its name, and the next one may do better", async () => {
		void work("a");
		const coordinator = await coordinate({ workers: 1 });
		const { breaches } = await coordinator.load(plan({ addresses: [{ host: "127.0.0.1", port: 1 }] }));
		assert.equal(breaches[0]?.rule, "worker-failed");
		assert.match(breaches[0]?.text ?? "", /^worker host of a: /);
		await setUp(plan());
		assert.deepEqual((await coordinator.load(plan())).breaches, []);
		await cleanUp(plan());
	});

	it("does not begin with too few workers, with other versions, or beside another coordinator", async () => {
		await assert.rejects(
			coordinate({ gatherMs: 300 }),
			(error: unknown) => error instanceof GatherError && /test has 0 of 2 workers after 0\.3 s/.test(error.message),
		);
		const old = assert.rejects(
			work("a", { member: { id: "a", name: "a", version: "1.0.0", processes: 1 } }),
			RunOverError,
		);
		await assert.rejects(coordinate({ workers: 1 }), /a is zkspec 1\.0\.0, this is 1\.2\.3/);
		await old;
		void work("b");
		await coordinate({ workers: 1 });
		await assert.rejects(coordinate({ workers: 1, sessionMs: 3000 }), /somebody else coordinates test/);
	});
});
