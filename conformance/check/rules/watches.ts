import type { History, WatchEvent } from "../../history/history.js";
import { operationCode } from "../../history/operation-code.js";
import type { EventType } from "../../history/record.js";
import { noStat } from "../../history/stats.js";
import type { Facts } from "../facts.js";
import { replayHistory } from "../replay.js";
import type { Report, Rule } from "../rule.js";
import { type AskedWatch, asksWatch, watchesAskedBy } from "../watch-calls.js";
import { never, tableOf, WatchCauses, type WatchTable } from "../watch-causes.js";
import { ConnectionWatches, type Fired, type Overdue, type StandingWatch } from "../watch-connection.js";
import { callText, zxidText } from "../words.js";
import { isWrite } from "../write.js";

const clauses = {
	noGap: "watch.no-gap",
	restoreData: "watch.restore-data",
	restoreExists: "watch.restore-exists",
	restoreChildren: "watch.restore-children",
	newState: "watch.before-new-state",
	ownReply: "watch.before-own-reply",
	inOrder: "watch.in-order-of-changes",
	dataOnce: "watch.data-fires-once",
	existsOnce: "watch.exists-fires-once",
	childrenOnce: "watch.children-fires-once",
	ended: "watch.ends-with-connection",
	cause: "consistency.watch-has-a-cause",
	zxid: "watch.event-zxid",
	coexist: "watch.kinds-coexist",
	recursive: "watch.recursive-stays",
} as const;

/**
 * A one-shot watch fires once: for a change that happened, before any reply from behind that change. A client that trusts its
 * cache until an event comes reads stale data for ever when the event is lost, and for a moment when it comes late.
 */
export const watches: Rule = {
	name: "watches",
	clauses: Object.values(clauses),
	check,
};

const onceClauses: Readonly<Record<EventType, string>> = {
	created: clauses.existsOnce,
	dataChanged: clauses.dataOnce,
	deleted: clauses.dataOnce,
	childrenChanged: clauses.childrenOnce,
};

const lostClauses: Readonly<Record<AskedWatch["origin"], string>> = {
	read: clauses.noGap,
	addWatch: clauses.noGap,
	data: clauses.restoreData,
	exist: clauses.restoreExists,
	child: clauses.restoreChildren,
	persistent: clauses.noGap,
	recursive: clauses.noGap,
};

const noNode = -101;

function check(facts: Facts, report: Report): void {
	const { history } = facts;
	if (history.events.length === 0 && !asksAny(history)) return;
	const replay = new WatchReplay(facts, report);
	replayHistory(history, replay);
	replay.end();
}

function asksAny(history: History): boolean {
	for (let call = 0; call < history.calls.count; call++) {
		if (asksWatch(history, call)) return true;
	}
	return false;
}

/** An event whose cause is looked for when it is known how far its server had come. */
interface Unexplained {
	readonly event: WatchEvent;
	/** The change is behind this zxid. */
	readonly since: number;
	/** Events that setWatches answers tell what the node has become, not what happened. */
	readonly anyOf: WatchTable | undefined;
}

/** What is known of one connection besides its watches. */
interface Link {
	readonly watches: ConnectionWatches;
	unexplained: Unexplained[];
	/** The newest zxid of its replies. */
	seen: number;
	/** The last event whose change is certain. */
	last: { readonly event: WatchEvent; readonly zxid: number } | undefined;
}

class WatchReplay {
	readonly #facts: Facts;
	readonly #report: Report;
	readonly #causes: WatchCauses;
	readonly #links: (Link | undefined)[] = [];
	readonly #textOf: (path: number) => string;

	constructor(facts: Facts, report: Report) {
		this.#facts = facts;
		this.#report = report;
		this.#causes = new WatchCauses(facts);
		this.#textOf = (path) => facts.history.texts.textOf(path);
	}

	call(call: number): void {
		const { history } = this.#facts;
		const asked = watchesAskedBy(history, call);
		if (asked.length > 0) this.#link(history.calls.connection.get(call)).watches.ask(call, asked, this.#textOf);
	}

	reply(call: number): void {
		const { calls } = this.#facts.history;
		const link = this.#links[calls.connection.get(call)];
		if (link === undefined) return;
		const zxid = calls.zxid.get(call);
		this.#explain(link, calls.record.get(call), zxid);
		link.watches.takeOverdue(zxid, call);
		for (const asked of link.watches.answered(call)) this.#set(link, call, asked);
		link.seen = Math.max(link.seen, zxid);
	}

	event(event: WatchEvent): void {
		const link = this.#link(event.connection);
		const fired = link.watches.fire(event, this.#textOf);
		const [late] = fired.late;
		if (late !== undefined) this.#tellLate(link, late, event);
		const { standing, asked, persistent } = fired;
		if (standing.length === 0 && asked.length === 0) {
			if (!persistent) this.#tellUnasked(event, fired);
			return;
		}
		link.unexplained.push(unexplained(event, fired, link.seen));
		if (asked.length === 0 && late === undefined) this.#checkSkipped(link, event, standing);
		if (late === undefined && asked.length === 0) this.#checkOrder(link, event, standing);
	}

	end(): void {
		for (const link of this.#links) {
			if (link === undefined) continue;
			this.#explain(link, never, never);
			for (const overdue of link.watches.left()) this.#tellLost(link, overdue);
		}
	}

	#link(connection: number): Link {
		const known = this.#links[connection];
		if (known !== undefined) return known;
		const seen = this.#facts.history.connections[connection]?.lastZxid ?? 0;
		const link: Link = { watches: new ConnectionWatches(), unexplained: [], seen, last: undefined };
		this.#links[connection] = link;
		return link;
	}

	#set(link: Link, call: number, asked: AskedWatch): void {
		const { calls } = this.#facts.history;
		const set = this.#watchOf(link, call, asked);
		if (set === undefined) return;
		const watch = { ...set, stands: true, callRecord: calls.record.get(call), replyRecord: calls.endRecord.get(call) };
		// It was due before its own reply: then it has fired, and stands no more.
		if (watch.due <= calls.zxid.get(call) && link.watches.hasFired(watch)) return;
		link.watches.set(watch);
		link.watches.takeOverdue(calls.zxid.get(call), call);
	}

	/** The watch that an answered call leaves, if any. */
	#watchOf(
		link: Link,
		call: number,
		{ table, path, origin, relativeZxid }: AskedWatch,
	): Omit<StandingWatch, "stands" | "callRecord" | "replyRecord"> | undefined {
		const { calls, stats } = this.#facts.history;
		if (table === "persistent" || table === "recursive") return undefined;
		const watch = { table, path, origin };
		const err = calls.err.get(call);
		if (origin === "exist" && err === 0) return { ...watch, ...this.#sinceMissing(path, call, link.seen) };
		if (relativeZxid !== undefined) {
			if (err !== 0) return undefined;
			return { ...watch, since: relativeZxid, due: this.#causes.nextFiring(table, path, relativeZxid) };
		}
		const stat = calls.stat.get(call);
		if (stat !== noStat) {
			const since = table === "data" ? stats.mzxid.get(stat) : stats.pzxid.get(stat);
			return { ...watch, since, due: this.#causes.nextFiring(table, path, since) };
		}
		const isMissing = calls.op.get(call) === operationCode.exists && err === noNode;
		return isMissing ? { ...watch, ...this.#sinceMissing(path, call, link.seen) } : undefined;
	}

	/**
	 * A watch on a node that was missing at some zxid from `seen` to the reply's. If it is there at the reply's, it was created
	 * between: had it been there at once, setWatches had fired too.
	 */
	#sinceMissing(path: number, call: number, seen: number): { since: number; due: number } {
		const zxid = this.#facts.history.calls.zxid.get(call);
		const there = this.#causes.maybeCreatedAt(path, zxid);
		return there === undefined
			? { since: seen, due: this.#causes.nextCreated(path, zxid) }
			: { since: seen, due: there };
	}

	/** Looks for the causes of events that came before this call was sent, which was answered with this zxid. */
	#explain(link: Link, record: number, zxid: number): void {
		const { unexplained } = link;
		let count = 0;
		while (count < unexplained.length && (unexplained[count] as Unexplained).event.record < record) {
			this.#mustHaveCause(unexplained[count] as Unexplained, zxid);
			count++;
		}
		if (count > 0) link.unexplained = unexplained.slice(count);
	}

	#mustHaveCause({ event, since, anyOf }: Unexplained, until: number): void {
		const { path, zxid } = event;
		const events: EventType[] = anyOf === undefined ? [event.event] : catchUps[anyOf];
		if (events.some((one) => this.#causes.mayBeUnseen(one, path))) return;
		if (anyOf !== undefined && events.some((one) => this.#causes.happened(one, path, since, until))) return;
		if (zxid < 0 && this.#causes.happened(event.event, path, since, until)) return;
		if (zxid >= 0 && this.#causes.happened(event.event, path, Math.max(since, zxid - 1), Math.min(until, zxid))) return;
		const isOther = zxid >= 0 && this.#causes.happened(event.event, path, since, until);
		const bound = until === never ? "" : ` and not behind ${zxidText(until)}`;
		const which = isOther ? `tells of zxid ${zxidText(zxid)}, when there was no such change` : "has no cause";
		this.#report.violated(isOther ? clauses.zxid : clauses.cause, [event.record], () => {
			return `${this.#eventText(event)} ${which}: it would be behind ${zxidText(since)}${bound}.`;
		});
	}

	/** A watch that fires for a later change than the one that it was due for has not fired for that one. */
	#checkSkipped({ watches: all }: Link, event: WatchEvent, standing: readonly StandingWatch[]): void {
		if (this.#causes.mayBeUnseen(event.event, event.path)) return;
		for (const watch of standing) {
			if (!this.#causes.happened(event.event, event.path, watch.due, never)) continue;
			if (this.#causes.happened(event.event, event.path, watch.since, watch.due)) continue;
			const clause = all.isShared(watch.path) ? clauses.coexist : lostClauses[watch.origin];
			this.#report.violated(clause, [watch.replyRecord, event.record], () => {
				const due = `the change at zxid ${zxidText(watch.due)}, which had to fire its ${watch.table} watch before`;
				return `${this.#eventText(event)} came, but none of ${due}.`;
			});
		}
	}

	/** Of changes that are certain, the earlier one's event comes first. */
	#checkOrder(link: Link, event: WatchEvent, standing: readonly StandingWatch[]): void {
		const zxid = event.zxid >= 0 ? event.zxid : this.#certainZxid(event, standing);
		if (zxid === undefined) return;
		const { last } = link;
		if (last === undefined || last.zxid <= zxid) link.last = { event, zxid };
		else {
			this.#report.violated(clauses.inOrder, [last.event.record, event.record], () => {
				const first = `${this.#eventText(last.event)} of zxid ${zxidText(last.zxid)}`;
				return `${first} came before ${this.#eventText(event)} of zxid ${zxidText(zxid)}.`;
			});
		}
	}

	#certainZxid({ event, path }: WatchEvent, standing: readonly StandingWatch[]): number | undefined {
		const due = Math.min(...standing.map((watch) => watch.due));
		if (due === never || this.#causes.mayBeUnseen(event, path)) return undefined;
		return this.#causes.happened(event, path, due - 1, due) ? due : undefined;
	}

	#tellUnasked(event: WatchEvent, { known, recursive }: Fired): void {
		const clause = known ? onceClauses[event.event] : recursive ? clauses.recursive : clauses.ended;
		const why = known
			? "its watch had fired before and was not set again"
			: "no watch that it could be of was set there";
		this.#report.violated(clause, [event.record], () => `${this.#eventText(event)} came though ${why}.`);
	}

	/** Where two kinds stand on the node, it is rather another one's event, and this one's was lost. */
	#tellLate({ watches: all }: Link, { watch, revealedBy }: Overdue, event: WatchEvent): void {
		const { history } = this.#facts;
		const own = history.calls.zxid.get(revealedBy) === watch.due && isWrite(history.calls.op.get(revealedBy));
		const reply = history.calls.endRecord.get(revealedBy);
		const late = own ? clauses.ownReply : clauses.newState;
		this.#report.violated(
			all.isShared(watch.path) ? clauses.coexist : late,
			[watch.replyRecord, reply, event.record],
			() => {
				const what = `${this.#eventText(event)}, of the change at zxid ${zxidText(watch.due)},`;
				return `${what} came behind the reply to ${this.#replyText(revealedBy)}.`;
			},
		);
	}

	#tellLost({ watches: own }: Link, { watch, revealedBy }: Overdue): void {
		const { calls } = this.#facts.history;
		const cause = this.#causes.maybeRecordAt(watch.path, watch.due);
		const reply = calls.endRecord.get(revealedBy);
		const records = [...new Set([watch.replyRecord, ...(cause === undefined ? [] : [cause]), reply])];
		const clause = own.isShared(watch.path) ? clauses.coexist : lostClauses[watch.origin];
		this.#report.violated(clause, records, () => {
			const node = this.#textOf(watch.path);
			const change = `at zxid ${zxidText(watch.due)} the ${watch.table} watch on ${node} had to fire`;
			const connection = calls.connection.get(revealedBy);
			return `On connection ${connection} ${change}; no event came, but the reply to ${this.#replyText(revealedBy)}.`;
		});
	}

	#replyText(call: number): string {
		const { history } = this.#facts;
		return `${callText(history, call)} (zxid ${zxidText(history.calls.zxid.get(call))})`;
	}

	#eventText({ event, path, connection }: WatchEvent): string {
		return `The event ${event} of ${this.#textOf(path)} on connection ${connection}`;
	}
}

/** What may have made setWatches answer an event. */
const catchUps: Readonly<Record<WatchTable, EventType[]>> = {
	data: ["created", "dataChanged", "deleted"],
	child: ["created", "deleted", "childrenChanged"],
};

function unexplained(event: WatchEvent, { standing, asked }: Fired, seen: number): Unexplained {
	const restores = asked.filter(({ relativeZxid }) => relativeZxid !== undefined);
	const bounds = [
		...standing.map(({ since }) => since),
		...asked.map(({ origin, relativeZxid }) => (origin === "exist" ? -1 : (relativeZxid ?? seen))),
	];
	const anyOf = restores.length > 0 ? tableOf(event.event) : undefined;
	return { event, since: Math.min(...bounds), anyOf };
}
