import type { Finding } from "../check/verdict.js";
import { type History, recordAt } from "../history/history.js";
import type { HistoryRecord } from "../history/record.js";
import { describeConnection } from "./connections.js";
import { describeSign } from "./signs.js";
import { describeDuration, describeOperation, describeReply, describeTime, type ErrorNames } from "./words.js";

/** One record of a finding in words; a call and its end are one line. */
export interface ToldLine {
	/** Ordinals of the records that it tells; the first gives its place. */
	readonly ordinals: readonly number[];
	readonly text: string;
}

/** A finding with one line for each thing that it names, in its own order. */
export interface ToldFinding extends Finding {
	readonly lines: readonly ToldLine[];
}

export function tellFinding(history: History, finding: Finding, nameOf: ErrorNames): ToldFinding {
	const lines = finding.records.map((ordinal) => tellRecord(history, ordinal, nameOf));
	// A call and its reply, where both are named, are the same line.
	const firsts = lines.filter((line, i) => lines.findIndex((other) => other.text === line.text) === i);
	return { ...finding, lines: firsts };
}

/** One record in one line; of a call or its end both. */
export function tellRecord(history: History, ordinal: number, nameOf: ErrorNames): ToldLine {
	const record = recordAt(history, ordinal);
	if (record.type === "call" || record.type === "reply" || record.type === "lost")
		return tellCall(history, record.call, nameOf);
	return line([ordinal], record.atUs, describeSign(history, record));
}

function tellCall(history: History, call: number, nameOf: ErrorNames): ToldLine {
	const { calls } = history;
	const [asked, ended] = [calls.record.get(call), calls.endRecord.get(call)];
	const atUs = calls.atUs.get(call);
	const who = describeConnection(history, calls.connection.get(call));
	const what = `${who}: ${describeOperation(calls.operationOf(call))}`;
	if (ended < 0) return line([asked], atUs, `${what} → in doubt: the history ends before its reply`);
	const took = `after ${describeDuration(calls.endAtUs.get(call) - atUs)}`;
	return line([asked, ended], atUs, `${what} → ${describeEnd(recordAt(history, ended), nameOf)}, ${took}`);
}

function describeEnd(end: HistoryRecord, nameOf: ErrorNames): string {
	return end.type === "reply" ? describeReply(end, nameOf) : "in doubt: no reply came";
}

function line(ordinals: readonly number[], atUs: number, what: string): ToldLine {
	return { ordinals, text: `#${ordinals.join("–#")} at ${describeTime(atUs)}: ${what}` };
}
