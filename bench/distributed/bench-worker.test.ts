import assert from "node:assert/strict";
import { smallPlan } from "../load/testing/plans.js";
import { benchWorker, RunOverError, type WorkerOptions } from "./bench-worker.js";
import type { Control } from "./control.js";
import { memberIds } from "./membership.js";
import { OrderError, orderSchema, type Word } from "./messages.js";
import { maybeParcel } from "./parcel.js";
import { roundNodes, runNodes } from "./run-nodes.js";
import { ControlServer } from "./testing/control-server.js";

const nodes = runNodes("worker");

describe("a benchmark's worker", function () {
	this.timeout(60_000);
	const server = new ControlServer();
	let control: Control;

	before(() => server.start());
	after(() => server.stop());
	beforeEach(async () => {
		control = await server.session();
	});
	afterEach(() => server.endSessions());

	function work(changes: Partial<WorkerOptions> = {}): Promise<void> {
		const member = { id: "w", name: "w", version: "1", processes: 1 };
		return benchWorker({
			...server.options(),
			run: "worker",
			member,
			waitMs: 20_000,
			leftOutMs: 20_000,
			say: () => undefined,
			...changes,
		});
	}

	/** Says as coordinator what the worker hears once it has joined. */
	async function coordinate(word: Word): Promise<void> {
		await control.until(async () => ((await memberIds(control, nodes)).includes("w") ? true : undefined));
		await control.create(nodes.coordinator, JSON.stringify(word), "EPHEMERAL");
	}

	const over = (text: RegExp) => (error: unknown) => error instanceof RunOverError && text.test(error.message);

	it("ends when the coordinator goes away", async () => {
		const worker = assert.rejects(work(), over(/the coordinator of worker went away/));
		await coordinate({ state: "running", members: ["w"] });
		// A session of its own sees the worker's node go with nobody's help but the worker's.
		await control.until(async () => ((await control.maybeText(nodes.coordinator)) ? true : undefined));
		await control.remove(nodes.coordinator);
		await worker;
		assert.deepEqual(await memberIds(control, nodes), []);
	});

	it("ends well, or with the coordinator's reason", async () => {
		const worker = work();
		await coordinate({ state: "running", members: ["w"] });
		await control.set(nodes.coordinator, JSON.stringify({ state: "over", members: ["w"] }));
		await worker;
		await control.remove(nodes.coordinator);
		const other = assert.rejects(work(), over(/worker was ended: enough/));
		await coordinate({ state: "running", members: ["w"] });
		await control.set(nodes.coordinator, JSON.stringify({ state: "over", members: ["w"], reason: "enough" }));
		await other;
	});

	it("ends when a run goes on without it, or nobody comes", async () => {
		const worker = assert.rejects(work({ leftOutMs: 100 }), over(/worker has its 2 workers already/));
		await coordinate({ state: "running", members: ["a", "b"] });
		await worker;
		await control.remove(nodes.coordinator);
		await assert.rejects(work({ waitMs: 100 }), over(/nobody coordinated worker within 0\.1 s/));
	});

	it("tells the coordinator, and ends, when a plan is wrong", async () => {
		const worker = assert.rejects(
			work(),
			(error: unknown) => error instanceof OrderError && /needs a key/.test(error.message),
		);
		const plan = smallPlan(server.options().servers, { workers: 1, keys: { count: 1, distribution: "uniform" } });
		const round = roundNodes(nodes, 1);
		await coordinate({ state: "gathering" });
		await control.create(nodes.rounds);
		await control.create(round.root, JSON.stringify({ schema: orderSchema, plan, shares: { w: [0] } }));
		await control.create(round.outcomes);
		await control.set(nodes.coordinator, JSON.stringify({ state: "running", members: ["w"], round: 1 }));
		const outcome = await control.until(() => maybeParcel(control, `${round.outcomes}/w`));
		assert.equal((outcome as { type: string }).type, "failed");
		await worker;
		await control.removeTree(nodes.root);
	});
});
