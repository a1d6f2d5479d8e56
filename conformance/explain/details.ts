import type { Operation, Result, Stat, SubResult } from "../history/record.js";
import { statFields } from "./page/scene.js";
import { describeSession } from "./words.js";

type JsonStat = readonly (number | string)[];

/** In the order of `statFields`; the owner as people write session ids, because JSON has no 64-bit numbers. */
function listStat(stat: Stat): JsonStat {
	return statFields.map((name) => (name === "ephemeralOwner" ? describeSession(stat.ephemeralOwner) : stat[name]));
}

function subResult(result: SubResult): object {
	return "stat" in result && result.stat !== undefined ? { ...result, stat: listStat(result.stat) } : result;
}

/** What an operation says beside its name and path, as JSON. */
export function operationDetail(operation: Operation): string {
	const { op: _op, path: _path, ...rest } = operation as Operation & { readonly path?: string };
	return JSON.stringify(rest);
}

/** What a reply says beside its zxid and error, as JSON; a Stat is a list. */
export function resultDetail(result: Result): string {
	if (result.op === "none") return "";
	const { op: _op, ...rest } = result;
	if (result.op === "multi") return JSON.stringify({ results: result.results.map(subResult) });
	return JSON.stringify("stat" in rest ? { ...rest, stat: listStat(rest.stat) } : rest);
}
