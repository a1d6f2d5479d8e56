import { Reader } from "../lib/reader.js";
import type { LinkId, SessionId } from "../model/ids.js";
import { opcodes } from "../wire/opcodes.js";
import { maybeDecodeRequest, type TxnRequest } from "../wire/requests.js";
import type { ForwardedRequest, TouchedSession } from "../zab/contract.js";
import type { Parts } from "./parts.js";
import { classify, maybeDecoded } from "./request-kind.js";
import { proposeFor } from "./submissions.js";

/** Leader: a learner passes on what a client of its own asks for. */
export function takeForwarded(parts: Parts, learner: LinkId, request: ForwardedRequest): void {
	parts.heardMs.set(learner, parts.clock.nowMs);
	if (request.opcode === opcodes.sync) {
		parts.effects.answerSync(learner);
		return;
	}
	const txn = decodeForwarded(request);
	if (txn.type === "createSession") beginSession(parts, learner, request.session, txn.timeoutMs);
	touch(parts, request.session);
	const asker = { id: request.session, ids: request.ids, owner: learner };
	proposeFor(parts, asker, request.cxid, txn, null);
}

/** What can not be understood still gets its place, as an error: the client must hear of it through its learner. */
function decodeForwarded({ opcode, body }: ForwardedRequest): TxnRequest {
	const request = maybeDecoded(() => maybeDecodeRequest(opcode, new Reader(body)));
	if (request === undefined) return { type: "malformedWrite" };
	const classified = classify({ xid: 0, opcode }, request);
	return classified.kind === "txn" ? classified.txn : { type: "malformedWrite" };
}

function beginSession({ sessions, clock }: Parts, learner: LinkId, id: SessionId, timeoutMs: number): void {
	if (!sessions.has(id)) sessions.add(id, timeoutMs, clock.nowMs).owner = learner;
}

/** Leader: a learner has heard of these sessions. */
export function takeTouched(parts: Parts, learner: LinkId, touched: readonly TouchedSession[]): void {
	parts.heardMs.set(learner, parts.clock.nowMs);
	for (const { session, timeoutMs } of touched) touch(parts, session, timeoutMs);
}

function touch({ sessions, clock }: Parts, id: SessionId, timeoutMs?: number): void {
	const session = sessions.maybeLive(id);
	if (session !== undefined) sessions.touch(session, clock.nowMs, timeoutMs);
}

/**
 * Leader: a session wants to go on at a learner. It is that learner's from here on, if it lives. The answer leaves behind
 * what was decided before: a client that numbers its requests anew after (create, 1) was decided and before it is committed
 * would else take it for the answer to its own first request, since a decision names nothing but session and number.
 */
export function takeRevalidate(parts: Parts, learner: LinkId, { session: id, timeoutMs }: TouchedSession): void {
	const { sessions, effects, heardMs, clock } = parts;
	const session = sessions.maybeLive(id);
	heardMs.set(learner, clock.nowMs);
	const valid = session?.local === false;
	if (valid) {
		session.timeoutMs = timeoutMs;
		session.owner = learner;
		sessions.touch(session, clock.nowMs);
	}
	effects.answerRevalidate(learner, id, valid);
}
