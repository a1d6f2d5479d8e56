import type { History } from "../../history/history.js";
import { operationCode } from "../../history/operation-code.js";
import { noStat } from "../../history/stats.js";
import type { Facts } from "../facts.js";
import type { Report, Rule } from "../rule.js";
import { callText, zxidText } from "../words.js";

const bounded = "consistency.timeliness";

/**
 * A read may be old, but not of any age: a server that hears nothing from its leader for `syncLimit` ticks serves nobody, and
 * a client that hears nothing from its server for its session's timeout gives it up. The age of an answer is how long before
 * its call somebody was answered that something newer was there.
 */
export const timeliness: Rule = {
	name: "timeliness",
	clauses: [bounded],
	check,
};

function check(facts: Facts, report: Report): void {
	const { history } = facts;
	const { calls } = history;
	const syncMs = maybeSyncMs(history);
	const front = frontOf(history);
	const agesMs: number[] = [];
	let reads = 0;
	for (let call = 0; call < calls.count; call++) {
		if (!isRead(calls.op.get(call)) || calls.stat.get(call) === noStat) continue;
		reads++;
		const superseded = supersededAt(facts, call);
		const newest = facts.newestBefore.get(call);
		if (superseded === undefined || newest < 0 || calls.zxid.get(newest) < superseded) continue;
		const known = front.firstWith(superseded);
		const ageMs = (calls.atUs.get(call) - calls.endAtUs.get(known)) / 1000;
		agesMs.push(ageMs);
		const timeoutMs = history.connections[calls.connection.get(call)]?.granted?.timeoutMs ?? 0;
		if (syncMs !== undefined && ageMs > syncMs + timeoutMs) tell(history, report, { call, known, ageMs, superseded });
	}
	if (reads > 0) tellFigures(report, reads, agesMs);
}

function isRead(op: number): boolean {
	return op === operationCode.getData || op === operationCode.exists || op === operationCode.getChildren;
}

/** The longest time that a server serves without its leader, where the servers' settings are known. */
function maybeSyncMs({ header }: History): number | undefined {
	const { tickTime, syncLimit } = header.facts;
	return typeof tickTime === "number" && typeof syncLimit === "number" ? tickTime * syncLimit : undefined;
}

/** The zxid at which the state that a read shows was changed; undefined if nobody knows that it was. */
function supersededAt({ history, changes }: Facts, call: number): number | undefined {
	const { calls, stats } = history;
	const stat = calls.stat.get(call);
	const since = Math.max(stats.mzxid.get(stat), stats.pzxid.get(stat));
	const next = changes.next(changes.lastAtOrBefore(calls.path.get(call), since));
	return next < 0 ? undefined : changes.zxid(next);
}

/** The calls whose replies each had the highest zxid so far, to anybody. */
interface Front {
	/** The first that was answered with this zxid or a newer one; there is one. */
	firstWith(zxid: number): number;
}

function frontOf({ calls, records }: History): Front {
	const zxids: number[] = [];
	const front: number[] = [];
	for (let ordinal = 0; ordinal < records.length; ordinal++) {
		const entry = records.get(ordinal);
		const zxid = (entry & 3) === 1 ? calls.zxid.get(entry >>> 2) : 0;
		if (zxid <= (zxids.at(-1) ?? 0)) continue;
		zxids.push(zxid);
		front.push(entry >>> 2);
	}
	return {
		firstWith: (zxid) => {
			let low = 0;
			let high = zxids.length - 1;
			while (low < high) {
				const middle = (low + high) >>> 1;
				if ((zxids[middle] as number) >= zxid) high = middle;
				else low = middle + 1;
			}
			return front[low] as number;
		},
	};
}

interface Late {
	readonly call: number;
	readonly known: number;
	readonly ageMs: number;
	readonly superseded: number;
}

function tell(history: History, report: Report, { call, known, ageMs, superseded }: Late): void {
	const { calls } = history;
	report.violated(bounded, [calls.endRecord.get(known), calls.record.get(call), calls.endRecord.get(call)], () => {
		const when = `${Math.round(ageMs)} ms after ${callText(history, known)} was answered from behind that`;
		return `${callText(history, call)} shows what was changed at zxid ${zxidText(superseded)}, ${when}.`;
	});
}

function tellFigures(report: Report, reads: number, agesMs: readonly number[]): void {
	const sorted = Float64Array.from(agesMs).sort();
	report.figure("reads", reads, "1");
	report.figure("reads older than what somebody knew", sorted.length, "1");
	if (sorted.length === 0) return;
	const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number;
	report.figure("age of these, lowest", at(0), "ms");
	report.figure("age of these, median", at(0.5), "ms");
	report.figure("age of these, 99 %", at(0.99), "ms");
	report.figure("age of these, highest", at(1), "ms");
}
