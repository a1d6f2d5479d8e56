import { containerFlags } from "../../wire/create-mode.js";
import { readStat } from "../../wire/records.js";
import { callErrorAnswer, createErrorAnswer } from "./call-errors.js";
import { dataTag, matchesTag } from "./entity-tag.js";
import type { GatewaySession } from "./gateway-session.js";
import type { GatewaySessions } from "./gateway-sessions.js";
import {
	childrenAnswer,
	createdAnswer,
	type DataFormat,
	dataAnswer,
	existsAnswer,
	statAnswer,
} from "./node-answers.js";
import { type Answer, emptyAnswer, errorAnswer, type Format, maybeFormat, type RestRequest } from "./rest-request.js";
import { maybeNamedSession } from "./session-token.js";

export const znodesBase = "/znodes/v1";

/** A request for a node, with what all methods need. */
interface NodeRequest {
	readonly request: RestRequest;
	readonly path: string;
	readonly format: Format;
	readonly session: GatewaySession;
}

const methods: Readonly<Record<string, (asked: NodeRequest) => Promise<Answer>>> = { GET, HEAD, PUT, POST, DELETE };
const allowed = { allow: Object.keys(methods).join(", ") };

/** A request below `/znodes/v1`. */
export async function znodesAnswer(request: RestRequest, sessions: GatewaySessions): Promise<Answer> {
	const method = methods[request.method];
	const path = maybePath(request.rawPath.slice(znodesBase.length));
	const format = maybeFormat(request.headers.accept);
	if (method === undefined) return errorAnswer(request, 405, "No such method here", allowed);
	if (path === undefined) return errorAnswer(request, 400, "The path is not percent-encoded UTF-8");
	if (format === undefined) return errorAnswer(request, 406, "There is application/json and application/octet-stream");
	const session = maybeSession(request, sessions);
	return session === undefined
		? errorAnswer(request, 401, "No such session")
		: method({ request, path, format, session });
}

function maybeSession({ query, caller }: RestRequest, sessions: GatewaySessions): GatewaySession | undefined {
	const token = query.get("session") ?? "";
	if (token === "") return sessions.sharedFor(caller);
	const named = maybeNamedSession(token);
	return named && sessions.named(named, caller);
}

/** Dots are folded as in every URI; ZooKeeper has no such names. */
function maybePath(raw: string): string | undefined {
	if (raw === "") return "/";
	const folded = raw.includes("/.") ? new URL(`http://any${raw}`).pathname : raw;
	try {
		return folded.includes("%") ? decodeURIComponent(folded) : folded;
	} catch (error) {
		if (error instanceof URIError) return undefined;
		throw error;
	}
}

async function GET(asked: NodeRequest): Promise<Answer> {
	const { request, path, session, format } = asked;
	const view = request.query.get("view") ?? "data";
	const shown = maybeDataFormat(request.query.get("dataformat") ?? "base64");
	if (shown === undefined) return errorAnswer(request, 400, "dataformat is base64 or utf8");
	if (view === "children") return children(asked);
	if (view !== "data") return errorAnswer(request, 400, "view is data or children");
	const outcome = await session.ask({ type: "getData", path });
	if (outcome.type !== "replied" || outcome.error !== 0) return callErrorAnswer(request, outcome);
	return unlessKnown(request, dataAnswer(request, path, format, shown, outcome.body));
}

function maybeDataFormat(text: string): DataFormat | undefined {
	return text === "base64" || text === "utf8" ? text : undefined;
}

async function children({ request, path, session, format }: NodeRequest): Promise<Answer> {
	if (format !== "json") return errorAnswer(request, 406, "There is application/json");
	const outcome = await session.ask({ type: "getChildren2", path });
	if (outcome.type !== "replied" || outcome.error !== 0) return callErrorAnswer(request, outcome);
	return unlessKnown(request, childrenAnswer(request, path, outcome.body));
}

function unlessKnown({ headers }: RestRequest, answer: Answer): Answer {
	const known = headers["if-none-match"];
	const { etag = "", "cache-control": cacheControl = "" } = answer.headers;
	if (known === undefined || !matchesTag(known, etag)) return answer;
	return emptyAnswer(304, { etag, "cache-control": cacheControl });
}

async function HEAD({ request, path, session, format }: NodeRequest): Promise<Answer> {
	const outcome = await session.ask({ type: "exists", path });
	if (outcome.type !== "replied" || outcome.error !== 0) return callErrorAnswer(request, outcome);
	return unlessKnown(request, existsAnswer(format, outcome.body));
}

async function PUT(asked: NodeRequest): Promise<Answer> {
	const { request, path, session, format } = asked;
	const version = await versionOf(asked);
	if (typeof version === "object") return version;
	if (!isOctets(request)) return octetsOnly(request);
	const outcome = await session.ask({ type: "setData", path, data: dataOf(request), version });
	if (outcome.type !== "replied" || outcome.error !== 0) return callErrorAnswer(request, outcome);
	return statAnswer(request, path, format, outcome.body);
}

async function DELETE(asked: NodeRequest): Promise<Answer> {
	const { request, path, session } = asked;
	const version = await versionOf(asked);
	if (typeof version === "object") return version;
	const outcome = await session.ask({ type: "delete", path, version });
	if (outcome.type !== "replied" || outcome.error !== 0) return callErrorAnswer(request, outcome);
	return emptyAnswer(204);
}

/**
 * The version that a change is for, −1 for any; or the answer when that is known already. A tag tells more than a version, so
 * that a node that was made again is not taken for the one that was seen.
 */
async function versionOf({ request, path, session }: NodeRequest): Promise<number | Answer> {
	const { headers, query } = request;
	const text = query.get("version") ?? "-1";
	const version = /^-?\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
	if (version !== Math.trunc(version) || version !== (version | 0))
		return errorAnswer(request, 400, "version must be a number of 32 bits");
	if (headers["if-none-match"] !== undefined)
		return errorAnswer(request, 400, "If-None-Match goes with GET and HEAD; POST creates nodes");
	const tags = headers["if-match"];
	if (tags === undefined) return version;
	const outcome = await session.ask({ type: "exists", path });
	if (outcome.type !== "replied" || outcome.error !== 0) return callErrorAnswer(request, outcome);
	const stat = readStat(outcome.body);
	const isMeant = matchesTag(tags, dataTag(stat)) && (version === -1 || version === stat.version);
	return isMeant ? stat.version : errorAnswer(request, 412, "Another version");
}

async function POST({ request, path, session, format }: NodeRequest): Promise<Answer> {
	const create = createOf(request);
	if (typeof create === "string") return errorAnswer(request, 400, create);
	if (!isOctets(request)) return octetsOnly(request);
	const { type, name, flags } = create;
	const child = `${path === "/" ? "" : path}/${name}`;
	const outcome = await session.ask({ type, path: child, data: dataOf(request), flags });
	if (outcome.type !== "replied" || outcome.error !== 0) return createErrorAnswer(request, outcome);
	return createdAnswer(request, znodesBase, format, outcome.body);
}

interface Create {
	readonly type: "create2" | "createContainer";
	readonly name: string;
	readonly flags: number;
}

/** Or what is wrong with it. */
function createOf({ query }: RestRequest): Create | string {
	const name = query.get("name") ?? "";
	const [sequential, ephemeral, container] = ["sequence", "ephemeral", "container"].map(
		(flag) => query.get(flag) === "true",
	);
	if ((query.get("op") ?? "create") !== "create") return "op is create";
	if (name === "" && !sequential) return "name is missing";
	if (container && (sequential || ephemeral)) return "a container is neither numbered nor ephemeral";
	if (ephemeral && (query.get("session") ?? "") === "") return "an ephemeral node needs a session of its own";
	if (container) return { type: "createContainer", name, flags: containerFlags };
	return { type: "create2", name, flags: Number(ephemeral) + 2 * Number(sequential) };
}

/** A body that does not say what it is may come. */
function isOctets({ headers }: RestRequest): boolean {
	const type = headers["content-type"];
	return type === undefined || /^application\/octet-stream *(;|$)/i.test(type);
}

function octetsOnly(request: RestRequest): Answer {
	return errorAnswer(request, 415, "Data is sent as application/octet-stream");
}

function dataOf({ query, body }: RestRequest): Uint8Array | null {
	return query.get("null") === "true" ? null : body;
}
