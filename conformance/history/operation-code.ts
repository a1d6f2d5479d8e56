import type { CreateMode, EventType, Operation, Result } from "./record.js";

type OperationName = Operation["op"];

/** What columns and files say instead of names. The order is part of the file format: only append. */
export const operationNames = [
	"create",
	"delete",
	"setData",
	"getData",
	"exists",
	"getChildren",
	"sync",
	"multi",
	"addWatch",
	"setWatches",
	"closeSession",
] as const satisfies readonly OperationName[];

/** The code of each operation, as in `calls.op`. */
export const operationCode = codesOf<OperationName>(operationNames);

/** As `operationNames`. */
export const createModes = [
	"persistent",
	"persistentSequential",
	"ephemeral",
	"ephemeralSequential",
	"container",
	"ttl",
	"ttlSequential",
] as const satisfies readonly CreateMode[];

export const createModeCode = codesOf<CreateMode>(createModes);

/** As `operationNames`. */
export const eventTypes = [
	"created",
	"deleted",
	"dataChanged",
	"childrenChanged",
] as const satisfies readonly EventType[];

export const eventTypeCode = codesOf<EventType>(eventTypes);

/** As `operationNames`. */
export const resultNames = [
	"none",
	"create",
	"setData",
	"exists",
	"getData",
	"getChildren",
	"multi",
] as const satisfies readonly Result["op"][];

export const resultCode = codesOf<Result["op"]>(resultNames);

function codesOf<Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>> {
	return Object.fromEntries(names.map((name, code) => [name, code])) as Record<Name, number>;
}
