import type { Operation, SubOperation } from "../../history/record.js";
import type { Outcome } from "../attachment.js";
import { type PathScope, pathsOf } from "../path-template.js";
import type { Part, SessionChange, VersionChoice } from "../workload.js";

/** What a step of a client wants next. */
export type Ask =
	/** All at once on one connection; answered when each has its outcome. */
	| { readonly type: "calls"; readonly operations: readonly Operation[] }
	/** Waits for a watch event of this path, at most so long. */
	| { readonly type: "event"; readonly path: string; readonly ms: number }
	| { readonly type: "session"; readonly change: SessionChange; readonly staleWrite: Operation };

export type Answer =
	| { readonly type: "outcomes"; readonly outcomes: readonly Outcome[] }
	| { readonly type: "event"; readonly came: boolean }
	| { readonly type: "done" };

/** What one step does, as far as it depends on the answers. */
export type Activity = Generator<Ask, void, Answer>;
/** A piece of an activity, with what it comes to. */
export type Sub<T> = Generator<Ask, T, Answer>;

/** What a step may use. Its draws depend on nothing but the seed, the client and the step's number. */
export interface Scope extends PathScope {
	/** Versions of data by path, as this client saw them last. */
	readonly versions: ReadonlyMap<string, number>;
	/** True once the run is to end: what waits stops waiting. */
	isEnding(): boolean;
}

/** The outcomes of calls that are in flight together. */
export function* calls(operations: readonly Operation[]): Sub<readonly Outcome[]> {
	const answer = yield { type: "calls", operations };
	if (answer.type !== "outcomes") throw new Error("calls without outcomes");
	return answer.outcomes;
}

export function* call(operation: Operation): Sub<Outcome> {
	const [outcome] = yield* calls([operation]);
	return outcome ?? { type: "lost" };
}

/** Whether there was an event of this path in time. */
export function* eventOf(path: string, ms: number): Sub<boolean> {
	const answer = yield { type: "event", path, ms };
	return answer.type === "event" && answer.came;
}

export const errors = { noNode: -101, badVersion: -103, nodeExists: -110 } as const;

export function succeeded(outcome: Outcome): outcome is Extract<Outcome, { type: "reply" }> {
	return outcome.type === "reply" && outcome.err === 0;
}

/** What a part of a multi, or a write that stands alone, asks for. */
export function partsOf(part: Part, scope: Scope): readonly SubOperation[] {
	return pathsOf(templateOf(part), scope).map((path, index): SubOperation => {
		if ("create" in part) {
			return { op: "create", path, data: part.data ?? `${scope.unique}.${index}`, mode: part.mode ?? "persistent" };
		}
		const version = versionOf(part.version, path, scope);
		if ("setData" in part) return { op: "setData", path, data: `${scope.unique}.${index}`, version };
		return { op: "delete" in part ? "delete" : "check", path, version };
	});
}

function templateOf(part: Part): string {
	if ("create" in part) return part.create;
	if ("setData" in part) return part.setData;
	return "delete" in part ? part.delete : part.check;
}

function versionOf(choice: VersionChoice | undefined, path: string, { versions }: Scope): number {
	if (choice === "known") return versions.get(path) ?? 0;
	return choice ?? -1;
}
