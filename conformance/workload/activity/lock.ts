import { pathOf } from "../path-template.js";
import type { Step } from "../workload.js";
import { type Activity, call, errors, eventOf, type Scope, type Sub, succeeded } from "./activity.js";

type LockStep = Extract<Step, { lock: unknown }>;

/** How long it waits for the one before it; the wait is repeated, in case that the event was lost with a connection. */
const patienceMs = 1500;
const waitsMax = 4;
const releasesMax = 20;

/**
 * The lock recipe: an ephemeral sequential node, held by who has the lowest, each waiting for the one before. What the lock
 * guards is written in a multi with a check of the own node, so that who lost the lock without knowing it writes nothing.
 */
export function* holdLock({ lock, guards, writes }: LockStep, scope: Scope): Activity {
	const folder = pathOf(lock, scope);
	const guarded = pathOf(guards, scope);
	const own = yield* queueUp(folder, scope);
	if (own === undefined) return;
	if (yield* awaitTurn(folder, own, scope)) {
		for (let n = 0; n < writes; n++) yield* writeFenced(`${folder}/${own}`, guarded, `${scope.unique}.${n}`);
	}
	yield* release(`${folder}/${own}`);
}

/** The name of the own node; undefined when there is none, or nobody knows. */
function* queueUp(folder: string, scope: Scope): Sub<string | undefined> {
	const prefix = `${scope.unique}-`;
	const made = yield* call({
		op: "create",
		path: `${folder}/${prefix}`,
		data: scope.unique,
		mode: "ephemeralSequential",
	});
	if (made.type === "reply") return made.result.op === "create" ? made.result.path.slice(folder.length + 1) : undefined;
	const names = yield* listSorted(folder);
	return names?.find((name) => name.startsWith(prefix));
}

function* awaitTurn(folder: string, own: string, scope: Scope): Sub<boolean> {
	for (let waits = 0; waits < waitsMax && !scope.isEnding(); waits++) {
		const names = yield* listSorted(folder);
		if (names === undefined) continue;
		const place = names.indexOf(own);
		if (place <= 0) return place === 0;
		const before = `${folder}/${names[place - 1]}`;
		const found = yield* call({ op: "exists", path: before, watch: true });
		if (succeeded(found)) yield* eventOf(before, patienceMs);
	}
	return false;
}

/** Names in the order of their sequence numbers; undefined when the reply was lost or an error. */
function* listSorted(folder: string): Sub<readonly string[] | undefined> {
	const listed = yield* call({ op: "getChildren", path: folder, watch: false });
	if (!succeeded(listed) || listed.result.op !== "getChildren") return undefined;
	const sequence = (name: string): string => name.slice(name.lastIndexOf("-") + 1);
	return listed.result.names.toSorted((a, b) => (sequence(a) < sequence(b) ? -1 : 1));
}

function* writeFenced(own: string, guarded: string, data: string): Sub<void> {
	const operations = [
		{ op: "check" as const, path: own, version: 0 },
		{ op: "setData" as const, path: guarded, data, version: -1 },
	];
	yield* call({ op: "multi", operations });
}

/** Until it is known to be gone: a lock that nobody releases would stand until its session ends. */
function* release(own: string): Sub<void> {
	for (let tries = 0; tries < releasesMax; tries++) {
		const gone = yield* call({ op: "delete", path: own, version: -1 });
		if (gone.type === "reply" && (gone.err === 0 || gone.err === errors.noNode)) return;
	}
}
