import { noStat } from "../../history/stats.js";
import type { Facts } from "../facts.js";
import type { Report, Rule } from "../rule.js";
import { sortedBy } from "../sorted-by.js";
import { callText, zxidText } from "../words.js";
import { isAcknowledged, isWrite, writeZxid } from "../write.js";

/**
 * Writes are linearizable when their zxids are an order of all of them in which none comes before one that had been answered
 * when it was sent, and none shares its place.
 */
export const writeOrder: Rule = {
	name: "write-order",
	clauses: [
		"consistency.linearizable-writes",
		"consistency.one-write-a-zxid",
		"consistency.writes-of-a-session",
		"zxid.write-is-newer",
		"zxid.reply-is-the-changes-own",
	],
	check,
};

function check(facts: Facts, report: Report): void {
	const { calls } = facts.history;
	const writes: number[] = [];
	const latest = new Map<number, number>();
	for (let call = 0; call < calls.count; call++) {
		if (!isAcknowledged(calls, call)) continue;
		writes.push(call);
		checkOwnZxid(facts, report, call);
		checkNewer(facts, report, call);
		checkSession(facts, report, latest, call);
	}
	checkOneEach(facts, report, writes);
}

function checkOwnZxid({ history }: Facts, report: Report, call: number): void {
	const { calls } = history;
	if (calls.stat.get(call) === noStat) return;
	const [zxid, own] = [calls.zxid.get(call), writeZxid(history, call)];
	if (zxid === own) return;
	report.violated("zxid.reply-is-the-changes-own", [calls.endRecord.get(call)], () => {
		return `The reply to ${callText(history, call)} has zxid ${zxidText(zxid)}, but its Stat says ${zxidText(own)}.`;
	});
}

/** Against everything that anybody was told before the write was sent. */
function checkNewer({ history, newestBefore }: Facts, report: Report, call: number): void {
	const { calls } = history;
	const newest = newestBefore.get(call);
	if (newest < 0 || calls.zxid.get(newest) < writeZxid(history, call)) return;
	const clause = isWrite(calls.op.get(newest)) ? "consistency.linearizable-writes" : "zxid.write-is-newer";
	const records = [calls.endRecord.get(newest), calls.record.get(call), calls.endRecord.get(call)];
	report.violated(clause, records, () => {
		const before = `${callText(history, newest)} had been answered with zxid ${zxidText(calls.zxid.get(newest))}`;
		return `When ${callText(history, call)} was sent, ${before}; it got ${zxidText(writeZxid(history, call))}.`;
	});
}

/** In the order of the calls, also of those that were in flight together. */
function checkSession({ history }: Facts, report: Report, latest: Map<number, number>, call: number): void {
	const { calls } = history;
	const connection = calls.connection.get(call);
	const before = latest.get(connection);
	latest.set(connection, call);
	if (before === undefined || writeZxid(history, before) < writeZxid(history, call)) return;
	if (calls.endRecord.get(before) < calls.record.get(call)) return;
	const records = [before, call].flatMap((each) => [calls.record.get(each), calls.endRecord.get(each)]);
	report.violated("consistency.writes-of-a-session", records, () => {
		const zxids = `${zxidText(writeZxid(history, before))} and then ${zxidText(writeZxid(history, call))}`;
		return `${callText(history, before)} was sent before ${callText(history, call)}, but they got ${zxids}.`;
	});
}

function checkOneEach({ history }: Facts, report: Report, writes: readonly number[]): void {
	const zxidOf = (index: number) => writeZxid(history, writes[index] as number);
	const order = sortedBy(writes.length, zxidOf);
	for (let place = 1; place < order.length; place++) {
		const [one, other] = [order[place - 1] as number, order[place] as number];
		if (zxidOf(one) !== zxidOf(other)) continue;
		const [first, second] = [writes[one] as number, writes[other] as number];
		const records = [history.calls.endRecord.get(first), history.calls.endRecord.get(second)];
		report.violated("consistency.one-write-a-zxid", records, () => {
			return `${callText(history, first)} and ${callText(history, second)} both got zxid ${zxidText(zxidOf(one))}.`;
		});
	}
}
