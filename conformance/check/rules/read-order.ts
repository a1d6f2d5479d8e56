import { outcomeCode } from "../../history/calls.js";
import { operationCode } from "../../history/operation-code.js";
import { noStat } from "../../history/stats.js";
import { noCall } from "../changes.js";
import type { Facts } from "../facts.js";
import { type Presence, presenceOf } from "../presence.js";
import { boundKind, finalRecord, ReadBounds } from "../read-bounds.js";
import type { Report, Rule } from "../rule.js";
import { callText, sentence, zxidText } from "../words.js";

const epochSize = 2 ** 32;
const errNoNode = -101;

/**
 * What a read shows was valid from one zxid to just before another. It has to be a moment that is not before what the session
 * has seen, and not behind the zxid of the reply. A read may be older than its reply: Apache looks up the zxid after the node.
 */
export const readOrder: Rule = {
	name: "read-order",
	clauses: [
		"consistency.read-your-writes",
		"consistency.reads-never-go-back",
		"consistency.single-system-image",
		"consistency.sync",
		"consistency.sync-across-leaders",
		"consistency.acknowledged-survives",
		"zxid.stat-not-newer-than-reply",
	],
	check,
};

function check(facts: Facts, report: Report): void {
	const { calls } = facts.history;
	const check = new ReadCheck(facts, report);
	for (let call = 0; call < calls.count; call++) {
		if (calls.outcome.get(call) !== outcomeCode.replied) continue;
		if (isRead(calls.op.get(call))) check.read(call);
		check.bounds.pass(call);
	}
}

function isRead(op: number): boolean {
	return op === operationCode.getData || op === operationCode.exists || op === operationCode.getChildren;
}

class ReadCheck {
	readonly bounds: ReadBounds;
	readonly #facts: Facts;
	readonly #report: Report;
	readonly #presence: Presence;
	readonly #finalRecord: number;

	constructor(facts: Facts, report: Report) {
		this.#facts = facts;
		this.#report = report;
		this.bounds = new ReadBounds(facts);
		this.#presence = presenceOf(facts);
		this.#finalRecord = finalRecord(facts.history);
	}

	read(call: number): void {
		const { calls, stats } = this.#facts.history;
		const stat = calls.stat.get(call);
		if (stat !== noStat) this.#present(call, Math.max(stats.mzxid.get(stat), stats.pzxid.get(stat)));
		else if (calls.err.get(call) === errNoNode) this.#absent(call);
	}

	#present(call: number, since: number): void {
		const { history, changes } = this.#facts;
		const { calls } = history;
		if (since > calls.zxid.get(call)) this.#tellAhead(call, since);
		const path = calls.path.get(call);
		const next = changes.next(changes.lastAtOrBefore(path, since));
		const connection = calls.connection.get(call);
		if (next < 0 || changes.zxid(next) > this.bounds.zxid(connection)) return;
		const maker = changes.call(next);
		// What a session leaves behind is the matter of the rule `ephemerals`.
		if (maker !== noCall && calls.op.get(maker) === operationCode.closeSession) return;
		const witness = maker === noCall ? [] : [calls.endRecord.get(maker)];
		const until = zxidText(changes.zxid(next));
		const by = maker === noCall ? "a change that others saw" : callText(history, maker);
		const text = `shows ${history.texts.textOf(path)} as it was from ${zxidText(since)} until ${by} at ${until}`;
		this.#tell(call, witness, text);
	}

	#absent(call: number): void {
		const { history, changes } = this.#facts;
		const { calls } = history;
		const path = calls.path.get(call);
		const low = this.bounds.zxid(calls.connection.get(call));
		const high = Math.max(low, calls.zxid.get(call));
		if (this.#presence.maybeAbsent(path, low, high)) return;
		const last = changes.lastAtOrBefore(path, low);
		const maker = changes.call(last);
		const witness = maker === noCall ? [] : [calls.endRecord.get(maker)];
		const since = zxidText(changes.zxid(last));
		this.#tell(call, witness, `shows no ${history.texts.textOf(path)}, which was there at ${since} and never ended`);
	}

	#tellAhead(call: number, since: number): void {
		const { calls } = this.#facts.history;
		this.#report.violated("zxid.stat-not-newer-than-reply", [calls.endRecord.get(call)], () => {
			const reply = zxidText(calls.zxid.get(call));
			return `The reply to ${callText(this.#facts.history, call)} has zxid ${reply} and a Stat with ${zxidText(since)}.`;
		});
	}

	#tell(call: number, witness: readonly number[], shows: string): void {
		const { calls } = this.#facts.history;
		const connection = calls.connection.get(call);
		const records = [...new Set([...witness, ...this.bounds.witnesses(connection), calls.endRecord.get(call)])];
		const because = this.#because(connection);
		this.#report.violated(this.#clause(call, connection), records, () => {
			return sentence(`${callText(this.#facts.history, call)} ${shows}; ${because}.`);
		});
	}

	#clause(call: number, connection: number): string {
		const { calls } = this.#facts.history;
		if (calls.record.get(call) > this.#finalRecord) return "consistency.acknowledged-survives";
		switch (this.bounds.kind(connection)) {
			case boundKind.brought:
				return "consistency.single-system-image";
			case boundKind.write:
				return "consistency.read-your-writes";
			case boundKind.read:
				return "consistency.reads-never-go-back";
			default: {
				const sync = calls.zxid.get(this.bounds.sync(connection));
				const isOldLeaders = Math.floor(sync / epochSize) < Math.floor(this.bounds.zxid(connection) / epochSize);
				return isOldLeaders ? "consistency.sync-across-leaders" : "consistency.sync";
			}
		}
	}

	#because(connection: number): string {
		const { history } = this.#facts;
		const zxid = zxidText(this.bounds.zxid(connection));
		const call = this.bounds.call(connection);
		switch (this.bounds.kind(connection)) {
			case boundKind.brought:
				return `its client had seen ${zxid} before it connected`;
			case boundKind.write:
				return `its own session's ${callText(history, call)} was answered with ${zxid}`;
			case boundKind.read:
				return `its own session had been answered with ${zxid}, to ${callText(history, call)}`;
			default:
				return `a sync before it was sent when ${callText(history, call)} had been answered with ${zxid}`;
		}
	}
}
