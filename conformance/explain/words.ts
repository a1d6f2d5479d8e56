import { unreachable } from "../client/unreachable.js";
import type { Data, HistoryRecord, Operation, Result, Stat, SubOperation, SubResult } from "../history/record.js";

/** How much of a node's data a line shows. */
const dataCharactersMax = 40;

/** As ZooKeeper's own logs print it. */
export function describeZxid(zxid: number): string {
	return zxid < 0 ? String(zxid) : `0x${zxid.toString(16)}`;
}

export function describeSession(session: bigint): string {
	return `0x${BigInt.asUintN(64, session).toString(16)}`;
}

/** Seconds since the history began, to the microsecond. */
export function describeTime(atUs: number): string {
	return `${(atUs / 1e6).toFixed(6)} s`;
}

export function describeDuration(us: number): string {
	if (us < 1000) return `${us} µs`;
	return us < 1e6 ? `${(us / 1000).toFixed(us < 1e4 ? 2 : 1)} ms` : `${(us / 1e6).toFixed(2)} s`;
}

function describeData(data: Data): string {
	if (data === null) return "null";
	const shown = data.length <= dataCharactersMax ? data : `${data.slice(0, dataCharactersMax)}…`;
	return JSON.stringify(shown);
}

/** A version that any version satisfies is not worth a word. */
function condition(version: number): string {
	return version === -1 ? "" : ` if version ${version}`;
}

const modeWords = {
	persistent: "",
	persistentSequential: " sequential",
	ephemeral: " ephemeral",
	ephemeralSequential: " ephemeral sequential",
	container: " container",
	ttl: " TTL",
	ttlSequential: " TTL sequential",
} as const;

function describeSubOperation(operation: SubOperation): string {
	switch (operation.op) {
		case "create":
			return `create${modeWords[operation.mode]} ${operation.path} ${describeData(operation.data)}`;
		case "delete":
			return `delete ${operation.path}${condition(operation.version)}`;
		case "setData":
			return `setData ${operation.path} ${describeData(operation.data)}${condition(operation.version)}`;
		case "check":
			return `check ${operation.path}${condition(operation.version)}`;
		default:
			return unreachable(operation);
	}
}

/** One call in one line, such as `setData /a "x" if version 3`. */
export function describeOperation(operation: Operation): string {
	switch (operation.op) {
		case "create":
		case "delete":
		case "setData":
			return describeSubOperation(operation);
		case "getData":
		case "exists":
		case "getChildren":
			return `${operation.op} ${operation.path}${operation.watch ? " with a watch" : ""}`;
		case "sync":
			return `sync ${operation.path}`;
		case "multi":
			return `multi [${operation.operations.map(describeSubOperation).join("; ")}]`;
		case "addWatch":
			return `addWatch ${operation.path} ${operation.recursive ? "persistent recursive" : "persistent"}`;
		case "setWatches": {
			const lists = Object.entries(operation.watches).filter(([, paths]) => paths.length > 0);
			const told = lists.map(([kind, paths]) => `${kind} ${paths.join(" ")}`).join("; ");
			return `setWatches since ${describeZxid(operation.relativeZxid)} [${told}]`;
		}
		case "closeSession":
			return "closeSession";
		default:
			return unreachable(operation);
	}
}

/** The fields in which a version of the data shows. */
function describeStat(stat: Stat): string {
	const owner = stat.ephemeralOwner === 0n ? "" : `, owner ${describeSession(stat.ephemeralOwner)}`;
	const zxids = `mzxid ${describeZxid(stat.mzxid)}, czxid ${describeZxid(stat.czxid)}`;
	return `version ${stat.version}, ${stat.mzxid === stat.czxid ? `czxid ${describeZxid(stat.czxid)}` : zxids}${owner}`;
}

/** The fields in which a change of the children shows. */
function describeChildren(stat: Stat): string {
	return `cversion ${stat.cversion}, pzxid ${describeZxid(stat.pzxid)}, czxid ${describeZxid(stat.czxid)}`;
}

function describeSubResult(result: SubResult, nameOf: ErrorNames): string {
	switch (result.op) {
		case "error":
			return nameOf(result.err);
		case "create":
			return result.path;
		case "setData":
			return `version ${result.stat.version}`;
		case "delete":
		case "check":
			return "done";
		default:
			return unreachable(result);
	}
}

/** The name of an error code, as the spec has it. */
export type ErrorNames = (err: number) => string;

function describeResult(result: Result, nameOf: ErrorNames): string {
	switch (result.op) {
		case "create":
			return `${result.path}, ${describeStat(result.stat)}`;
		case "setData":
		case "exists":
			return describeStat(result.stat);
		case "getData":
			return `${describeData(result.data)}, ${describeStat(result.stat)}`;
		case "getChildren":
			return `[${result.names.join(" ")}], ${describeChildren(result.stat)}`;
		case "multi":
			return `[${result.results.map((part) => describeSubResult(part, nameOf)).join("; ")}]`;
		case "none":
			return "";
		default:
			return unreachable(result);
	}
}

type Reply = Extract<HistoryRecord, { readonly type: "reply" }>;

/** What a reply says, its own zxid last. */
export function describeReply({ err, zxid, result }: Reply, nameOf: ErrorNames): string {
	const told = [err === 0 ? "" : nameOf(err), describeResult(result, nameOf)].filter((part) => part !== "").join(": ");
	return `${told === "" ? "done" : told} (reply's zxid ${describeZxid(zxid)})`;
}
