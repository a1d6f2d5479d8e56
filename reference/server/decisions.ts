import type { LogEntry } from "../model/txns.js";
import { endConnection, type Parts } from "./parts.js";
import { afterApply, answerSync } from "./request-order.js";

/** Learner: the next change of all. */
export function takeDecided(parts: Parts, { header, txn }: LogEntry): void {
	const lost = (connection: Parameters<typeof endConnection>[1]): void => endConnection(parts, connection);
	const connection = parts.openAsks.takeChange(header.session, header.cxid, lost);
	const result = parts.tree.apply(header, txn, connection !== null);
	afterApply(parts, { header, txn, connection }, result);
}

/** Learner: the tree is as far as the leader's was when it took the oldest open sync. */
export function takeSynced(parts: Parts): void {
	const connection = parts.openAsks.takeSync();
	if (connection !== undefined && !connection.ended) answerSync(parts, connection);
}
