import { callErrorAnswer } from "./call-errors.js";
import type { Outcome } from "./gateway-session.js";
import type { GatewaySessions } from "./gateway-sessions.js";
import { type Answer, emptyAnswer, errorAnswer, jsonAnswer, type RestRequest, uriOf } from "./rest-request.js";
import { maybeNamedSession, type NamedSession, tokenOf } from "./session-token.js";

export const sessionsBase = "/sessions/v1";

/** A request for `/sessions/v1` or below. */
export async function sessionsAnswer(request: RestRequest, sessions: GatewaySessions): Promise<Answer> {
	const token = request.rawPath.slice(sessionsBase.length).replaceAll("/", "");
	if (token === "") return request.method === "POST" ? begin(request, sessions) : notAllowed(request, "POST");
	if (request.method !== "PUT" && request.method !== "DELETE") return notAllowed(request, "PUT, DELETE");
	const named = maybeNamedSession(token);
	if (named === undefined) return gone(request);
	const type = request.method === "PUT" ? "ping" : "closeSession";
	const outcome = await sessions.named(named, request.caller).ask({ type });
	if (outcome.type !== "replied" || outcome.error !== 0) return failed(request, outcome);
	return type === "ping" ? shown(request, 200, named) : emptyAnswer(204);
}

async function begin(request: RestRequest, sessions: GatewaySessions): Promise<Answer> {
	const { query, caller } = request;
	const seconds = query.get("expire") ?? "5";
	const op = query.get("op") ?? "create";
	if (op !== "create") return errorAnswer(request, 400, "op is create");
	if (!/^\d{1,6}$/.test(seconds) || Number(seconds) === 0)
		return errorAnswer(request, 400, "expire must be a number of seconds");
	const begun = await sessions.begin(caller, Number(seconds) * 1000);
	return "type" in begun ? failed(request, begun) : shown(request, 201, begun);
}

/** `expire` may be another than was asked for: the server has bounds. */
function shown(request: RestRequest, status: 200 | 201, named: NamedSession): Answer {
	const id = tokenOf(named);
	const uri = uriOf(request, `${sessionsBase}/${id}`);
	const text = JSON.stringify({ id, uri, expire: named.timeoutMs / 1000 });
	return jsonAnswer(status, text, status === 201 ? { location: uri } : {});
}

function failed(request: RestRequest, outcome: Outcome): Answer {
	return outcome.type === "refused" ? gone(request) : callErrorAnswer(request, outcome);
}

function gone(request: RestRequest): Answer {
	return errorAnswer(request, 404, "No such session");
}

function notAllowed(request: RestRequest, allow: string): Answer {
	return errorAnswer(request, 405, "No such method here", { allow });
}
