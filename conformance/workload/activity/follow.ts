import { type Activity, call, eventOf, type Scope, succeeded } from "./activity.js";

/** A node that nobody changes must not hold a client for longer. */
const patienceMs = 1500;

/** Watches a node and reads it again at each event: whatever changed meanwhile must be seen by the read. */
export function* follow(path: string, times: number, scope: Scope): Activity {
	for (let round = 0; round < times && !scope.isEnding(); round++) {
		const found = yield* call({ op: "exists", path, watch: true });
		if (found.type === "lost") continue;
		if (succeeded(found)) yield* call({ op: "getData", path, watch: false });
		if (!(yield* eventOf(path, patienceMs))) return;
	}
}
