import type { IncomingHttpHeaders } from "node:http";
import type { Caller } from "./gateway-sessions.js";

/** One HTTP request, read whole. */
export interface RestRequest {
	readonly method: string;
	/** As it stands in the request line, without the query. */
	readonly rawPath: string;
	readonly query: URLSearchParams;
	readonly headers: IncomingHttpHeaders;
	readonly body: Uint8Array;
	readonly caller: Caller;
}

export type Format = "json" | "octet";

export interface Answer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body?: string | Uint8Array;
}

/** Splits by hand: making a URL of each request would cost more than the rest of its reading. */
export function splitTarget(target: string): Pick<RestRequest, "rawPath" | "query"> {
	const at = target.indexOf("?");
	if (at < 0) return { rawPath: target, query: noQuery };
	return { rawPath: target.slice(0, at), query: new URLSearchParams(target.slice(at)) };
}

const noQuery = new URLSearchParams();

/** What the client would rather have; JSON if it does not say, undefined if it wants neither. */
export function maybeFormat(accept: string | undefined): Format | undefined {
	if (accept === undefined || accept === "*/*" || accept === json) return "json";
	let best: { readonly format: Format; readonly weight: number } | undefined;
	for (const range of accept.split(",")) {
		const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
		const format = type === octets ? "octet" : jsonRanges.has(type) ? "json" : undefined;
		const weight = Number(parameters.find((each) => each.startsWith("q="))?.slice(2) ?? 1);
		if (format !== undefined && weight > (best?.weight ?? 0)) best = { format, weight };
	}
	return best?.format;
}

const json = "application/json";
const octets = "application/octet-stream";
const jsonRanges: ReadonlySet<string> = new Set([json, "application/*", "*/*"]);

export function jsonAnswer(status: number, text: string, headers: Answer["headers"] = {}): Answer {
	return { status, headers: { "content-type": json, ...headers }, body: text };
}

export function octetAnswer(status: number, bytes: Uint8Array, headers: Answer["headers"] = {}): Answer {
	return { status, headers: { "content-type": octets, ...headers }, body: bytes };
}

export function emptyAnswer(status: number, headers: Answer["headers"] = {}): Answer {
	return { status, headers };
}

/** Why there is no other answer, for people; programs look at the status. */
export function errorAnswer(
	{ method, rawPath, headers }: Pick<RestRequest, "method" | "rawPath" | "headers">,
	status: number,
	message: string,
	more: Answer["headers"] = {},
): Answer {
	const request = `${method} ${rawPath}`;
	if (maybeFormat(headers.accept) === "json") return jsonAnswer(status, JSON.stringify({ request, message }), more);
	const headersOfText = { "content-type": "text/plain; charset=utf-8", ...more };
	return { status, headers: headersOfText, body: `${request}: ${message}\n` };
}

/** The resource as this client may call it. */
export function uriOf({ headers }: Pick<RestRequest, "headers">, path: string): string {
	return `http://${headers.host ?? "localhost"}${path}`;
}
