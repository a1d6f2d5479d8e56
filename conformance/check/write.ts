import { type Calls, outcomeCode } from "../history/calls.js";
import type { History } from "../history/history.js";
import { createModes, operationCode } from "../history/operation-code.js";
import type { CreateMode, Result, SubOperation, SubResult } from "../history/record.js";
import { noStat } from "../history/stats.js";

const { create, delete: deletes, setData, multi, closeSession } = operationCode;

/** Whether this operation can change something. */
export function isWrite(op: number): boolean {
	return op === create || op === deletes || op === setData || op === multi || op === closeSession;
}

/** A write that was answered without an error; of a multi, that all its parts took effect. */
export function isAcknowledged(calls: Calls, call: number): boolean {
	if (calls.outcome.get(call) !== outcomeCode.replied || calls.err.get(call) !== 0) return false;
	const op = calls.op.get(call);
	return op === multi ? failedPartOf(calls, call) === undefined : isWrite(op);
}

/** Index and error of the part that made an answered multi fail. */
export function failedPartOf(calls: Calls, call: number): { part: number; err: number } | undefined {
	const result = calls.resultOf(call);
	if (result.op !== "multi") return undefined;
	const part = result.results.findIndex((sub) => sub.op === "error" && sub.err !== 0);
	const failed = result.results[part];
	return failed?.op === "error" ? { part, err: failed.err } : undefined;
}

/** One change that a call asked for: the call itself, or a part of a multi. `part` is -1 for the former. */
export interface Write {
	readonly call: number;
	readonly part: number;
	readonly operation: SubOperation;
	/** Of an answer without an error. */
	readonly result: SubResult | undefined;
}

/** What a create, delete, setData or multi asked for; nothing for other operations. */
export function writesOf(calls: Calls, call: number): Write[] {
	const operation = calls.operationOf(call);
	const result = calls.resultOf(call);
	if (operation.op === "multi") {
		const results = result.op === "multi" ? result.results : [];
		return operation.operations.map((sub, part) => ({ call, part, operation: sub, result: results[part] }));
	}
	if (operation.op !== "create" && operation.op !== "delete" && operation.op !== "setData") return [];
	return [{ call, part: -1, operation, result: answerOf(result) }];
}

function answerOf(result: Result): SubResult | undefined {
	if (result.op === "create") return result;
	return result.op === "setData" ? { op: "setData", stat: result.stat } : undefined;
}

/** The zxid that an acknowledged write left behind: in its Stat where it has one, else in the reply's header. */
export function writeZxid({ calls, stats }: History, call: number): number {
	const stat = calls.stat.get(call);
	if (stat === noStat) return calls.zxid.get(call);
	return calls.op.get(call) === create ? stats.czxid.get(stat) : stats.mzxid.get(stat);
}

export function isSequential(mode: CreateMode): boolean {
	return mode === "persistentSequential" || mode === "ephemeralSequential" || mode === "ttlSequential";
}

export function isEphemeral(mode: CreateMode): boolean {
	return mode === "ephemeral" || mode === "ephemeralSequential";
}

/** Whether such a node can end without anybody's asking. */
export function isPassing(mode: CreateMode): boolean {
	return isEphemeral(mode) || mode === "container" || mode === "ttl" || mode === "ttlSequential";
}

/** The mode of a create. */
export function modeOf(calls: Calls, call: number): CreateMode {
	return createModes[calls.argument.get(call)] ?? "persistent";
}

/** `/a` of `/a/b`, `/` of `/a`. */
export function parentOf(path: string): string {
	const slash = path.lastIndexOf("/");
	return slash <= 0 ? "/" : path.slice(0, slash);
}
