import { outcomeCode } from "../../history/calls.js";
import type { History } from "../../history/history.js";
import type { Facts } from "../facts.js";
import type { Report, Rule } from "../rule.js";
import { callText } from "../words.js";

/** A reply that overtakes another would be taken for it: many clients only count. */
export const replyOrder: Rule = { name: "reply-order", clauses: ["order.replies-in-order"], check };

function check({ history }: Facts, report: Report): void {
	const { calls, connections } = history;
	const latest = new Int32Array(connections.length).fill(-1);
	for (let call = 0; call < calls.count; call++) {
		if (calls.outcome.get(call) !== outcomeCode.replied) continue;
		const connection = calls.connection.get(call);
		const before = latest[connection] as number;
		if (before < 0 || calls.endRecord.get(before) < calls.endRecord.get(call)) latest[connection] = call;
		else tell(history, report, before, call);
	}
}

function tell(history: History, report: Report, before: number, call: number): void {
	const { calls } = history;
	const records = [calls.record.get(before), calls.record.get(call), calls.endRecord.get(call)];
	report.violated("order.replies-in-order", [...records, calls.endRecord.get(before)], () => {
		return `${callText(history, before)} was sent before ${callText(history, call)} and answered behind it.`;
	});
}
