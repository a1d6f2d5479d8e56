import { errors } from "../../model/errors.js";
import type { Outcome } from "./gateway-session.js";
import { type Answer, errorAnswer, type RestRequest } from "./rest-request.js";

interface Meaning {
	readonly status: number;
	readonly message: string;
}

const meanings: ReadonlyMap<number, Meaning> = new Map([
	[errors.badArguments, { status: 400, message: "Not a valid path" }],
	[errors.noAuth, { status: 403, message: "The ACL of the node does not allow it" }],
	[errors.noNode, { status: 404, message: "Node doesn't exist" }],
	[errors.nodeExists, { status: 409, message: "Node exists" }],
	[errors.notEmpty, { status: 409, message: "Node has children" }],
	[errors.noChildrenForEphemerals, { status: 409, message: "Ephemeral nodes have no children" }],
	[errors.ephemeralOnLocalSession, { status: 409, message: "The session may not have ephemeral nodes" }],
	[errors.badVersion, { status: 412, message: "Another version" }],
	[errors.quotaExceeded, { status: 507, message: "Quota exceeded" }],
	[errors.sessionExpired, { status: 401, message: "No such session" }],
	[errors.throttledOp, { status: 503, message: "The server has too much to do" }],
]);

/** What a client may try again after, in seconds. */
const retryAfter = { "retry-after": "1" };

const notServing = "The server serves no clients at present";
/** Also when the session was taken up at another server: this one may take it back. */
const unknownEnd = "The server ended the connection before it answered; a change may have been made";

/** For a call that was answered by an error, or not at all. */
export function callErrorAnswer(request: RestRequest, outcome: Outcome): Answer {
	switch (outcome.type) {
		case "refused":
			return errorAnswer(request, 401, "No such session");
		case "lost":
			return errorAnswer(request, 503, outcome.wasSent ? unknownEnd : notServing, retryAfter);
		case "tooLarge":
			return errorAnswer(request, 413, "Larger than jute.maxbuffer allows");
		case "replied":
			return repliedErrorAnswer(request, outcome.error);
	}
}

function repliedErrorAnswer(request: RestRequest, error: number): Answer {
	const { status, message } = meanings.get(error) ?? { status: 502, message: `ZooKeeper's error ${error}` };
	return errorAnswer(request, status, message, status === 503 ? retryAfter : {});
}

/** A parent that is missing is a state in which the request can not be fulfilled; its own resource is the parent's. */
export function createErrorAnswer(request: RestRequest, outcome: Outcome): Answer {
	if (outcome.type === "replied" && outcome.error === errors.noNode)
		return errorAnswer(request, 409, "The parent doesn't exist");
	return callErrorAnswer(request, outcome);
}
