import type { Operation, Result, Stat, SubResult } from "../history/record.js";
import { statFields } from "./page/scene.js";
import { describeSession } from "./words.js";

/** In the order of `statFields`; the owner as people write session ids, because JSON has no 64-bit numbers. */
function listStat(stat: Stat): readonly (number | string)[] {
	return statFields.map((name) => (name === "ephemeralOwner" ? describeSession(stat.ephemeralOwner) : stat[name]));
}

/** As JSON of `listStat`, put together by hand: a page has a million of them. */
function statJson(stat: Stat): string {
	const { czxid, mzxid, ctime, mtime, version, cversion, aversion, dataLength, numChildren, pzxid } = stat;
	const owner = stat.ephemeralOwner === 0n ? "0x0" : describeSession(stat.ephemeralOwner);
	const before = `${czxid},${mzxid},${ctime},${mtime},${version},${cversion},${aversion}`;
	return `[${before},"${owner}",${dataLength},${numChildren},${pzxid}]`;
}

function subResult(result: SubResult): object {
	return "stat" in result && result.stat !== undefined ? { ...result, stat: listStat(result.stat) } : result;
}

/** What an operation says beside its name and path, as JSON. */
export function operationDetail(operation: Operation): string {
	switch (operation.op) {
		case "getData":
		case "exists":
		case "getChildren":
			return operation.watch ? '{"watch":true}' : '{"watch":false}';
		case "setData":
			return `{"data":${JSON.stringify(operation.data)},"version":${operation.version}}`;
		case "create":
			return JSON.stringify({ data: operation.data, mode: operation.mode });
		case "delete":
			return `{"version":${operation.version}}`;
		case "addWatch":
			return JSON.stringify({ recursive: operation.recursive });
		case "multi":
			return JSON.stringify({ operations: operation.operations });
		case "setWatches":
			return JSON.stringify({ relativeZxid: operation.relativeZxid, watches: operation.watches });
		case "sync":
		case "closeSession":
			return "{}";
	}
}

/** What a reply says beside its zxid and error, as JSON; a Stat is a list. */
export function resultDetail(result: Result): string {
	switch (result.op) {
		case "create":
			return `{"path":${JSON.stringify(result.path)},"stat":${statJson(result.stat)}}`;
		case "setData":
		case "exists":
			return `{"stat":${statJson(result.stat)}}`;
		case "getData":
			return `{"data":${JSON.stringify(result.data)},"stat":${statJson(result.stat)}}`;
		case "getChildren":
			return `{"names":${JSON.stringify(result.names)},"stat":${statJson(result.stat)}}`;
		case "multi":
			return JSON.stringify({ results: result.results.map(subResult) });
		case "none":
			return "";
	}
}
