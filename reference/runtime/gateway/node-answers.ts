import type { Reader } from "../../lib/reader.js";
import type { Stat } from "../../model/records.js";
import { readStat } from "../../wire/records.js";
import { childrenTag, dataTag } from "./entity-tag.js";
import {
	type Answer,
	emptyAnswer,
	type Format,
	jsonAnswer,
	octetAnswer,
	type RestRequest,
	uriOf,
} from "./rest-request.js";

/** Answers are as old as they are: whoever keeps one asks whether it still holds. */
const unkept = { "cache-control": "no-cache", vary: "accept" };

/** How a JSON answer shows the data. */
export type DataFormat = "base64" | "utf8";

/** The body of a getData reply. */
export function dataAnswer(
	request: RestRequest,
	path: string,
	format: Format,
	shown: DataFormat,
	body: Reader,
): Answer {
	const data = body.buffer();
	const stat = readStat(body);
	const headers = { ...unkept, etag: dataTag(stat) };
	if (format === "json") return jsonAnswer(200, nodeText(request, path, dataMember(data, shown), stat), headers);
	return data === null ? emptyAnswer(204, headers) : octetAnswer(200, data, headers);
}

function dataMember(data: Uint8Array | null, shown: DataFormat): Readonly<Record<string, string>> {
	if (data === null) return {};
	const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
	return shown === "utf8" ? { dataUtf8: bytes.toString("utf8") } : { data64: bytes.toString("base64") };
}

/** The body of an exists reply, for HEAD. */
export function existsAnswer(format: Format, body: Reader): Answer {
	return emptyAnswer(format === "json" ? 200 : 204, { ...unkept, etag: dataTag(readStat(body)) });
}

/** The body of a setData reply. */
export function statAnswer(request: RestRequest, path: string, format: Format, body: Reader): Answer {
	const stat = readStat(body);
	const headers = { etag: dataTag(stat) };
	return format === "json" ? jsonAnswer(200, nodeText(request, path, {}, stat), headers) : emptyAnswer(204, headers);
}

/** The body of a getChildren2 reply. */
export function childrenAnswer(request: RestRequest, path: string, body: Reader): Answer {
	const children = body.vector(() => body.ustring());
	const uri = uriOf(request, request.rawPath);
	const child_uri_template = `${uri.replace(/\/$/, "")}/{child}`;
	const text = JSON.stringify({ path, uri, child_uri_template, children });
	return jsonAnswer(200, text, { ...unkept, etag: childrenTag(readStat(body)) });
}

/** The body of a create2 reply. */
export function createdAnswer(request: RestRequest, base: string, format: Format, body: Reader): Answer {
	const path = body.ustring() ?? "";
	const uri = uriOf(request, base + encodeURI(path).replace(/[?#]/g, encodeURIComponent));
	const headers = { location: uri, etag: dataTag(readStat(body)) };
	if (format === "json") return jsonAnswer(201, JSON.stringify({ path, uri }), headers);
	return octetAnswer(201, Buffer.from(path), headers);
}

/** Numbers of 64 bits are written whole, which JSON.stringify can not. */
function nodeText(request: RestRequest, path: string, data: object, stat: Stat): string {
	const { czxid, mzxid, ctimeMs, mtimeMs, version, cversion, aversion, ephemeralOwner, dataLength, numChildren } = stat;
	const uri = uriOf(request, request.rawPath);
	const times = { czxid, mzxid, ctime: ctimeMs, mtime: mtimeMs, version, cversion, aversion };
	const sizes = { datalength: dataLength, numChildren, pzxid: stat.pzxid };
	const before = JSON.stringify({ path, uri, ...data, ...times }).slice(0, -1);
	return `${before},"ephemeralOwner":${ephemeralOwner},${JSON.stringify(sizes).slice(1)}`;
}
