import { type Activity, call, errors, type Scope, succeeded } from "./activity.js";

/** Adds an item under a sequential name. */
export function* put(queue: string, scope: Scope): Activity {
	yield* call({ op: "create", path: `${queue}/item-`, data: scope.unique, mode: "persistentSequential" });
}

const triesMax = 8;

/** Takes the first item: whose delete succeeds has it. */
export function* take(queue: string, scope: Scope): Activity {
	for (let tries = 0; tries < triesMax && !scope.isEnding(); tries++) {
		const listed = yield* call({ op: "getChildren", path: queue, watch: false });
		if (!succeeded(listed) || listed.result.op !== "getChildren") return;
		const first = listed.result.names[0];
		if (first === undefined) return;
		const path = `${queue}/${first}`;
		const item = yield* call({ op: "getData", path, watch: false });
		if (!succeeded(item)) continue;
		const taken = yield* call({ op: "delete", path, version: -1 });
		// One that was lost may have been taken by this very client: nobody knows, and trying again could take two.
		if (taken.type === "lost" || taken.err !== errors.noNode) return;
	}
}
