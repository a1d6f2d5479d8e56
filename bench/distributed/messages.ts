import { readFileSync } from "node:fs";
import path from "node:path";
import type { AnySchemaObject } from "ajv";
import { packageRoot } from "../../spec/load/package-root.js";
import { findProblems } from "../../spec/load/schema-problems.js";
import type { LoadPlan } from "../load/contract.js";
import type { WorkerResult } from "../load/load-worker.js";

/** What the coordinator says to all workers at once: the data of its node. */
export type Word =
	| { readonly state: "gathering" }
	/** Nobody else is taken; `round` is the one to be made now, if there is one. */
	| { readonly state: "running"; readonly members: readonly string[]; readonly round?: number }
	| { readonly state: "over"; readonly members: readonly string[]; readonly reason?: string };

/** Who a worker is. */
export interface WorkerCard {
	/** For people: host and process. */
	readonly name: string;
	/** Of zkspec: figures of two versions are not added up. */
	readonly version: string;
	/** Load processes that it can have. */
	readonly processes: number;
}

/** One measurement, shared out. */
export interface Order {
	readonly schema: typeof orderSchema;
	/** Its `workers` are all load processes together. */
	readonly plan: LoadPlan;
	/** By member: which load processes are its own. */
	readonly shares: Readonly<Record<string, readonly number[]>>;
}

export type Outcome =
	| { readonly type: "measured"; readonly results: readonly WorkerResult[] }
	| { readonly type: "failed"; readonly text: string };

export const orderSchema = "zkspec-bench-order/1";

/** The coordinator asks for what this version can not do, or contradicts itself. */
export class OrderError extends Error {
	override readonly name = "OrderError";
}

const schemaFile = path.join(packageRoot, "bench", "distributed", "schema", "order.v1.json");

/** @throws OrderError with the first problem */
export function parseOrder(text: string): Order {
	const value = parseJson(text);
	const [problem] = findProblems(JSON.parse(readFileSync(schemaFile, "utf8")) as AnySchemaObject, value);
	if (problem === undefined) return value as Order;
	throw new OrderError(`the plan is wrong at ${problem.path.join(".") || "the top"}: ${problem.text}`);
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		if (error instanceof SyntaxError) throw new OrderError(`the plan is not JSON: ${error.message}`);
		throw error;
	}
}
