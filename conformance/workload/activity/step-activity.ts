import { unreachable } from "../../client/unreachable.js";
import type { Operation } from "../../history/record.js";
import { pathOf, pathsOf } from "../path-template.js";
import type { WeightedStep } from "../workload.js";
import { type Activity, calls, partsOf, type Scope } from "./activity.js";
import { transfer } from "./bank.js";
import { follow } from "./follow.js";
import { holdLock } from "./lock.js";
import { put, take } from "./queue.js";

/** What a client does for one step. */
export function activityOf(step: WeightedStep, scope: Scope): Activity {
	if ("session" in step) return changeSession(step, scope);
	if ("follow" in step) return follow(pathOf(step.follow, scope), step.times, scope);
	if ("lock" in step) return holdLock(step, scope);
	if ("put" in step) return put(pathOf(step.put, scope), scope);
	if ("take" in step) return take(pathOf(step.take, scope), scope);
	if ("transfer" in step) return transfer(step.transfer, scope);
	return plain(step, scope);
}

type SessionStep = Extract<WeightedStep, { session: unknown }>;

function* changeSession({ session }: SessionStep, scope: Scope): Activity {
	const staleWrite: Operation = { op: "setData", path: scope.root, data: scope.unique, version: -1 };
	yield { type: "session", change: session, staleWrite };
}

type PlainStep = Exclude<
	WeightedStep,
	SessionStep | { follow: unknown } | { lock: unknown } | { put: unknown } | { take: unknown } | { transfer: unknown }
>;

function* plain(step: PlainStep, scope: Scope): Activity {
	const operations = operationsOf(step, scope);
	const sync: readonly Operation[] = step.syncFirst === true ? [{ op: "sync", path: scope.root }] : [];
	yield* calls([...sync, ...operations]);
}

function operationsOf(step: PlainStep, scope: Scope): readonly Operation[] {
	if ("create" in step || "delete" in step || "setData" in step) return partsOf(step, scope).filter(isOperation);
	if ("getData" in step) return reads("getData", step.getData, step.watch, scope);
	if ("exists" in step) return reads("exists", step.exists, step.watch, scope);
	if ("getChildren" in step) return reads("getChildren", step.getChildren, step.watch, scope);
	if ("sync" in step) return pathsOf(step.sync, scope).map((path) => ({ op: "sync", path }));
	if ("addWatch" in step) {
		return pathsOf(step.addWatch, scope).map((path) => ({ op: "addWatch", path, recursive: step.recursive ?? false }));
	}
	if ("multi" in step) return [{ op: "multi", operations: step.multi.flatMap((part) => partsOf(part, scope)) }];
	return unreachable(step);
}

function isOperation(part: ReturnType<typeof partsOf>[number]): part is Exclude<typeof part, { op: "check" }> {
	return part.op !== "check";
}

function reads(
	op: "getData" | "exists" | "getChildren",
	template: string,
	watch: boolean | undefined,
	scope: Scope,
): readonly Operation[] {
	return pathsOf(template, scope).map((path) => ({ op, path, watch: watch ?? false }));
}
