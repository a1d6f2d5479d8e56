import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { runAdminLoad } from "./admin-load.js";
import { runHttpLoad } from "./http-load.js";
import type { HttpPlan } from "./http-plan.js";
import { type Fault, type SmallGateway, startSmallGateway } from "./testing/small-gateway.js";

const plan: Omit<HttpPlan, "gateways"> = {
	root: "/load",
	connections: 4,
	reads: 50,
	bytes: 200,
	warmUpMs: 50,
	measureMs: 400,
	sampleMs: 100,
	seed: 7,
};

/** After a measurement of so long nobody waits for a fault any more. */
const longestMs = 3000;

describe("HTTP load", function () {
	this.timeout(30_000);
	let gateway: SmallGateway;
	afterEach(() => gateway.stop());

	const rulesWith = async (fault: Fault, plan: Omit<HttpPlan, "gateways">): Promise<string[]> => {
		gateway = await startSmallGateway(fault);
		const { breaches } = await runHttpLoad({ ...plan, gateways: [gateway.address] });
		gateway.stop();
		return breaches.map(({ rule }) => rule).sort();
	};

	/** A fault is in every tenth request: a busy machine may take longer to get so far. */
	const rulesOf = async (kind: Fault["kind"], due: string, reads = plan.reads): Promise<string[]> => {
		for (let measureMs = plan.measureMs; ; measureMs *= 2) {
			const rules = await rulesWith({ kind, every: 10 }, { ...plan, reads, measureMs });
			if (rules.includes(due) || measureMs > longestMs) return rules;
		}
	};

	it("measures a right gateway, and leaves nothing there", async () => {
		gateway = await startSmallGateway();
		let samples = 0;
		const moments: string[] = [];
		const load = await runHttpLoad(
			{ ...plan, gateways: [gateway.address] },
			{
				onSample: () => void samples++,
				onMeasuring: () => void moments.push("measuring"),
				onMeasured: () => void moments.push("measured"),
			},
		);
		assert.deepEqual(load.breaches, []);
		assert.deepEqual(moments, ["measuring", "measured"]);
		assert.equal(samples, 4);
		const counted = load.samples.map(({ reads, writes }) => reads + writes);
		assert.equal(
			counted.reduce((sum, each) => sum + each, 0),
			load.operations,
		);
		assert.ok(load.operations > 0);
		assert.equal((load.byKind.getData?.count ?? 0) + (load.byKind.setData?.count ?? 0), load.operations);
		assert.equal(gateway.nodeCount(), 0);
	});

	it("names what a wrong one does", async () => {
		assert.deepEqual(await rulesOf("wrong-body", "data"), ["data"]);
		assert.deepEqual(await rulesOf("error", "error"), ["error"]);
		assert.deepEqual(await rulesOf("other-node", "data"), ["data"]);
		assert.ok((await rulesOf("stale-read", "stale-read")).includes("stale-read"));
		assert.ok((await rulesOf("drop-write", "data")).includes("data"));
	});

	it("finds a write that was lost although nobody reads it meanwhile", async () => {
		assert.ok((await rulesOf("drop-write", "data", 0)).length > 0);
	});

	it("leaves nothing when it is given up", async () => {
		gateway = await startSmallGateway();
		const giveUp = new AbortController();
		const onMeasuring = (): void => giveUp.abort();
		const load = runHttpLoad({ ...plan, gateways: [gateway.address] }, { onMeasuring, signal: giveUp.signal });
		await assert.rejects(load, { name: "AbortError" });
		assert.equal(gateway.nodeCount(), 0);
	});
});

describe("admin load", function () {
	this.timeout(30_000);

	/** Measured until there are answers enough to compare. */
	async function rulesOf(answer: (count: number) => string, status = 200): Promise<string[]> {
		for (let measureMs = 100; ; measureMs *= 2) {
			const { rules, answers, operations } = await rulesWithin(measureMs, answer, status);
			if (answers <= 10 && measureMs <= longestMs) continue;
			assert.ok(operations > 0);
			return rules;
		}
	}

	async function rulesWithin(measureMs: number, answer: (count: number) => string, status: number) {
		let count = 0;
		const server = createServer((_, response) => void response.writeHead(status).end(answer(++count)));
		server.listen(0, "127.0.0.1");
		await once(server, "listening");
		const { port } = server.address() as { port: number };
		const admins = [{ host: "127.0.0.1", port }];
		const times = { connections: 1, warmUpMs: 10, measureMs, sampleMs: 100 };
		const { breaches, operations } = await runAdminLoad({ admins, command: "monitor", ...times });
		server.close().closeAllConnections();
		return { rules: breaches.map(({ rule }) => rule), answers: count, operations };
	}

	const right = (received: number) => JSON.stringify({ command: "monitor", error: null, packets_received: received });

	it("takes whole answers that count upwards, and no others", async () => {
		assert.deepEqual(await rulesOf(right), []);
		assert.deepEqual(await rulesOf((count) => right(1000 - count)), ["data"]);
		assert.deepEqual(await rulesOf((count) => right(count).slice(0, -5)), ["error"]);
		assert.deepEqual(await rulesOf(() => JSON.stringify({ command: "monitor", error: "not serving" })), ["error"]);
		assert.deepEqual(await rulesOf(right, 500), ["error"]);
	});
});
