import assert from "node:assert/strict";
import { Codec } from "../../conformance/client/codec.js";
import { loadWireSpec } from "../../spec/load/wire.js";
import type { LoadPlan, LoadResult, Sample } from "./contract.js";
import { runLoad } from "./run-load.js";
import { setUp } from "./set-up.js";
import type { Lies } from "./testing/lies.js";
import { allKinds, smallPlan } from "./testing/plans.js";
import { SmallServer } from "./testing/small-server.js";

const codec = new Codec(loadWireSpec());
const connectionLoss = -4;

describe("a load that tolerates lost connections", function () {
	this.timeout(20_000);

	/** Cuts all connections twice, requests under way on them. */
	async function loadWithCuts(changes: Partial<LoadPlan>, lies: Lies = {}): Promise<LoadResult> {
		const server = await SmallServer.start(codec);
		try {
			const plan = smallPlan([server.address], { toleratesLoss: true, measureMs: 600, ...changes });
			await setUp(plan);
			server.lies = lies;
			const onSample = ({ atMs }: Sample) => {
				if (atMs === 100 || atMs === 300) server.drop();
			};
			return await runLoad(plan, { onSample });
		} finally {
			server.stop();
		}
	}

	it("goes on with the same sessions, and finds nothing wrong", async () => {
		let isTried = false;
		while (!isTried) {
			const { breaches, errors, samples } = await loadWithCuts({ mix: allKinds });
			assert.deepEqual(breaches, []);
			// On a busy machine all may happen before the first cut, or behind the last.
			isTried = errors > 0 && (samples.at(-1)?.reads ?? 0) > 0;
		}
	});

	it("takes it as a lost connection when a server answers that: it may have done what was asked, or not", async () => {
		const isLost = (count: number) => count % 40 === 0;
		const twist: Lies["twist"] = (operation, right, count) =>
			["create", "delete", "setData"].includes(operation) && isLost(count)
				? { ...right, err: connectionLoss, body: new Uint8Array() }
				: right;
		const mix = { create: 3, delete: 2, setData: 1, getChildren: 1 };
		const { breaches, errors } = await loadWithCuts({ mix }, { twist, forgetsCreate: isLost });
		assert.deepEqual(breaches, []);
		assert.ok(errors > 0);
	});

	it("counts what was answered by nobody as errors of its sample", async () => {
		const { errors, samples } = await loadWithCuts({ mix: { getData: 1 } });
		assert.equal(
			samples.reduce((sum, sample) => sum + sample.errors, 0),
			errors,
		);
	});

	it("still finds an acknowledged write that never was", async () => {
		const lies: Lies = { forgets: (count) => count > 20 };
		const { breaches } = await loadWithCuts({ mix: { setData: 1 }, keys: { count: 3, distribution: "uniform" } }, lies);
		assert.ok(
			breaches.some(({ rule }) => rule === "lost-write"),
			JSON.stringify(breaches),
		);
	});

	it("is over with its connections where none may be lost", async () => {
		const { breaches } = await loadWithCuts({ toleratesLoss: false });
		assert.deepEqual(
			breaches.map(({ rule, count }) => [rule, count]),
			[["connection", 3]],
		);
	});
});
