import { Reader } from "../lib/reader.js";
import type { LinkId, SessionId, Zxid } from "../model/ids.js";
import { opcodes } from "../wire/opcodes.js";
import { maybeDecodeRequest, type TxnRequest } from "../wire/requests.js";
import type { ForwardedRequest, TouchedSession } from "../zab/contract.js";
import type { Parts } from "./parts.js";
import { classify, maybeDecoded } from "./request-kind.js";
import { proposeFor } from "./submissions.js";

/** Leader: a learner passes on what a client of its own asks for. */
export function takeForwarded(parts: Parts, learner: LinkId, request: ForwardedRequest): void {
	if (request.opcode === opcodes.sync) {
		takeSync(parts, learner);
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
	const session = sessions.maybeLive(id) ?? sessions.add(id, timeoutMs, clock.nowMs);
	session.timeoutMs = timeoutMs;
	session.owner = learner;
}

/** Leader: the sync is answered when everything decided before it has been committed. */
function takeSync({ syncs, writes, effects }: Parts, learner: LinkId): void {
	if (writes.proposalCount === 0) effects.answerSync(learner);
	else syncs.push({ learner, after: writes.lastZxid });
}

/** Leader: everything up to here has been committed. */
export function answerSyncs({ syncs, effects }: Parts, upTo: Zxid): void {
	for (let head = syncs.peek(); head !== undefined && head.after <= upTo; head = syncs.peek()) {
		syncs.shift();
		effects.answerSync(head.learner);
	}
}

/** Leader: a learner has heard of these sessions. */
export function takeTouched(parts: Parts, touched: readonly TouchedSession[]): void {
	for (const { session, timeoutMs } of touched) touch(parts, session, timeoutMs);
}

function touch({ sessions, clock }: Parts, id: SessionId, timeoutMs?: number): void {
	const session = sessions.maybeLive(id);
	if (session !== undefined) sessions.touch(session, clock.nowMs, timeoutMs);
}

/** Leader: a session wants to go on at a learner. It is that learner's from here on, if it lives. */
export function takeRevalidate(parts: Parts, learner: LinkId, { session: id, timeoutMs }: TouchedSession): void {
	const session = parts.sessions.maybeLive(id);
	const valid = session !== undefined && !session.local;
	if (valid) {
		session.timeoutMs = timeoutMs;
		session.owner = learner;
		parts.sessions.touch(session, parts.clock.nowMs);
	}
	parts.effects.answerRevalidate(learner, id, valid);
}

/** Leader: its sessions may go on elsewhere, and must not be waited for. */
export function forgetLearner({ syncs }: Parts, learner: LinkId): void {
	const kept = [];
	for (let sync = syncs.shift(); sync !== undefined; sync = syncs.shift())
		if (sync.learner !== learner) kept.push(sync);
	for (const sync of kept) syncs.push(sync);
}
