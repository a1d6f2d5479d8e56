import { outcomeCode } from "../../history/calls.js";
import type { Connection } from "../../history/history.js";
import type { Facts } from "../facts.js";
import type { Report, Rule } from "../rule.js";
import { zxidText } from "../words.js";

/** What a connection's next reply may not fall below. */
interface Seen {
	readonly zxid: number;
	readonly record: number;
	/** It was not a reply here, but what the client brought with it. */
	readonly brought: boolean;
}

/**
 * A client takes what it read as seen, and tells the next server so: a zxid that falls would let it go back in time without
 * anybody noticing.
 */
export const replyZxids: Rule = {
	name: "reply-zxids",
	clauses: ["zxid.never-decreases", "consistency.session-zxid"],
	check,
};

function check(facts: Facts, report: Report): void {
	const { calls, connections } = facts.history;
	const seen = connections.map(broughtBy);
	for (let call = 0; call < calls.count; call++) {
		if (calls.outcome.get(call) !== outcomeCode.replied) continue;
		const connection = calls.connection.get(call);
		const zxid = calls.zxid.get(call);
		const record = calls.endRecord.get(call);
		const before = seen[connection] as Seen;
		if (before.zxid <= zxid) seen[connection] = { zxid, record, brought: false };
		else tell(report, connection, before, { zxid, record });
	}
}

function broughtBy(connection: Connection | undefined): Seen | undefined {
	if (connection === undefined) return undefined;
	return { zxid: connection.lastZxid, record: connection.connectingRecord, brought: true };
}

function tell(report: Report, connection: number, before: Seen, after: { zxid: number; record: number }): void {
	const records = [before.record, after.record];
	const clause = before.brought ? "consistency.session-zxid" : "zxid.never-decreases";
	const first = before.brought ? "began with a client that knew zxid" : "got a reply of zxid";
	const text = () =>
		`Connection ${connection} ${first} ${zxidText(before.zxid)}, and then a reply of zxid ${zxidText(after.zxid)}.`;
	report.violated(clause, records, text);
}
