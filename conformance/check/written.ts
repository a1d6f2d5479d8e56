import type { History } from "../history/history.js";
import { createModes, operationCode } from "../history/operation-code.js";
import type { CreateMode, Data, SubOperation, SubResult } from "../history/record.js";
import { hasSucceeded, isInDoubt } from "./answered.js";

/** One change of one path, alone or as a part of a multi. */
export interface Written {
	readonly call: number;
	/** Place in its multi; 0 alone. */
	readonly part: number;
	readonly operation: SubOperation;
	/** Undefined for a write in doubt. */
	readonly result: SubResult | undefined;
	/** Of the reply; undefined for a write in doubt. */
	readonly zxid: number | undefined;
}

/** Every part of every write that succeeded or is in doubt, in the order of the calls. Checks are among them. */
export function* writtenOf(history: History): Generator<Written> {
	const { calls } = history;
	for (let call = 0; call < calls.count; call++) {
		const op = calls.op.get(call);
		if (op > operationCode.setData && op !== operationCode.multi) continue;
		const succeeded = hasSucceeded(history, call);
		if (!succeeded && !isInDoubt(history, call)) continue;
		const zxid = succeeded ? calls.zxid.get(call) : undefined;
		if (op === operationCode.multi) yield* partsOf(history, call, zxid);
		else yield { call, part: 0, operation: single(history, call), result: resultOf(history, call, zxid), zxid };
	}
}

function* partsOf({ calls }: History, call: number, zxid: number | undefined): Generator<Written> {
	const operation = calls.operationOf(call);
	const result = calls.resultOf(call);
	if (operation.op !== "multi") return;
	for (const [part, one] of operation.operations.entries()) {
		const partResult = result.op === "multi" && zxid !== undefined ? result.results[part] : undefined;
		yield { call, part, operation: one, result: partResult, zxid };
	}
}

function single({ calls, texts }: History, call: number): SubOperation {
	const path = texts.textOf(calls.path.get(call));
	const argument = calls.argument.get(call);
	if (calls.op.get(call) === operationCode.delete) return { op: "delete", path, version: argument };
	const data: Data = texts.dataOf(calls.data.get(call));
	if (calls.op.get(call) === operationCode.setData) return { op: "setData", path, data, version: argument };
	return { op: "create", path, data, mode: createModes[argument] ?? "persistent" };
}

function resultOf({ calls }: History, call: number, zxid: number | undefined): SubResult | undefined {
	if (zxid === undefined) return undefined;
	const result = calls.resultOf(call);
	if (result.op === "create" || result.op === "setData") return result as SubResult;
	return { op: "delete" };
}

export function parentOf(path: string): string {
	return path.slice(0, path.lastIndexOf("/"));
}

export function isSequentialMode(mode: CreateMode): boolean {
	return mode.endsWith("Sequential");
}

export function isEphemeralMode(mode: CreateMode): boolean {
	return mode.startsWith("ephemeral");
}

/** True if a create of such a mode is in the history; a multi may hold one. */
export function mayCreate({ calls }: History, isMode: (mode: CreateMode) => boolean): boolean {
	for (let call = 0; call < calls.count; call++) {
		const op = calls.op.get(call);
		if (op === operationCode.multi) return true;
		if (op === operationCode.create && isMode(createModes[calls.argument.get(call)] ?? "persistent")) return true;
	}
	return false;
}
