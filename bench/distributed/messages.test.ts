import assert from "node:assert/strict";
import { smallPlan } from "../load/testing/plans.js";
import { OrderError, orderSchema, parseOrder } from "./messages.js";

describe("an order to the workers", function () {
	this.timeout(20_000);
	const addresses = [{ host: "a", port: 2181 }];
	const order = (changes: object = {}) => ({
		schema: orderSchema,
		plan: { ...smallPlan(addresses, { workers: 1 }), ...changes },
		shares: {},
	});

	it("is read as it was written, whatever its load is", () => {
		const plans: object[] = [
			{},
			{ arrival: { kind: "open", perSecond: 0.5 } },
			{ values: { kind: "uniform", least: 0, most: 9 } },
			{ values: { kind: "weighted", sizes: [{ bytes: 1, weight: 0.5 }] } },
			{ mix: { create: 1, delete: 1, multi: 0, sync: 2, watch: 3, getChildren: 1, exists: 4 } },
			{ keys: { count: 1, distribution: "zipf" }, toleratesLoss: true },
		];
		for (const plan of plans) assert.deepEqual(parseOrder(JSON.stringify(order(plan))), order(plan));
	});

	it("is refused with the place of what is wrong", () => {
		const wrong: readonly (readonly [unknown, RegExp])[] = [
			[order({ sessions: 0 }), /plan\.sessions/],
			[order({ addresses: [] }), /plan\.addresses/],
			[order({ arrival: { kind: "closed" } }), /plan\.arrival/],
			[order({ mix: { scan: 1 } }), /plan\.mix/],
			[order({ root: "/" }), /plan\.root/],
			[order({ later: true }), /plan/],
			[{ ...order(), schema: "zkspec-bench-order/2" }, /schema/],
		];
		for (const [value, text] of wrong)
			assert.throws(
				() => parseOrder(JSON.stringify(value)),
				(error: unknown) => error instanceof OrderError && text.test(error.message),
			);
		assert.throws(() => parseOrder("{"), OrderError);
	});
});
