import type { Outcome } from "../attachment.js";
import { pathOf } from "../path-template.js";
import { between } from "../random.js";
import { type Activity, calls, type Scope, succeeded } from "./activity.js";

const amountMax = 20;

interface Balance {
	readonly amount: number;
	readonly version: number;
}

/** Moves some from one account to another, if both are still as they were read. An account's data is `amount unique`. */
export function* transfer(template: string, scope: Scope): Activity {
	const from = pathOf(template, scope);
	const to = pathOf(template, scope);
	const amount = between(scope.random, [1, amountMax]);
	if (from === to) return;
	const read = yield* calls([from, to].map((path) => ({ op: "getData" as const, path, watch: false })));
	const [source, target] = read.map(maybeBalance);
	if (source === undefined || target === undefined) return;
	yield* calls([
		{
			op: "multi",
			operations: [
				{ op: "setData", path: from, data: `${source.amount - amount} ${scope.unique}.0`, version: source.version },
				{ op: "setData", path: to, data: `${target.amount + amount} ${scope.unique}.1`, version: target.version },
			],
		},
	]);
}

function maybeBalance(outcome: Outcome): Balance | undefined {
	if (!succeeded(outcome) || outcome.result.op !== "getData") return undefined;
	return { amount: Number.parseInt(outcome.result.data ?? "0", 10), version: outcome.result.stat.version };
}
