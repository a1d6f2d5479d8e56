import type { History, WatchEvent } from "../../history/history.js";
import { type DueEvent, EventStream, persistentEvents, recursiveEvents } from "../event-stream.js";
import type { Facts } from "../facts.js";
import { replayHistory } from "../replay.js";
import type { Report, Rule } from "../rule.js";
import { type AskedWatch, asksPersistent, watchesAskedBy } from "../watch-calls.js";
import { WatchCauses } from "../watch-causes.js";
import { isBelow } from "../watch-connection.js";
import { callText, zxidText } from "../words.js";

const clauses = {
	lost: "watch.none-merged",
	again: "watch.one-event-a-change",
	late: "consistency.persistent-watch-before-new-state",
	cause: "consistency.watch-has-a-cause",
	coexist: "watch.kinds-coexist",
} as const;

/**
 * A persistent watch reports every change, a cache that follows it applies them one by one: with one left out it is wrong
 * until it begins anew.
 */
export const persistentWatches: Rule = {
	name: "persistent-watches",
	clauses: Object.values(clauses),
	check,
};

/** A watch that stands on a connection, with what it has to report. */
interface Persistent {
	readonly connection: number;
	readonly asked: AskedWatch;
	readonly text: string;
	readonly stream: EventStream;
}

function check(facts: Facts, report: Report): void {
	const { history } = facts;
	if (!asksAny(history)) return;
	const replay = new Replay(facts, report);
	replayHistory(history, replay);
	replay.end();
}

function asksAny({ calls }: History): boolean {
	for (let call = 0; call < calls.count; call++) {
		if (asksPersistent(calls, call)) return true;
	}
	return false;
}

class Replay {
	readonly #facts: Facts;
	readonly #report: Report;
	readonly #watches: (Persistent[] | undefined)[] = [];
	readonly #events = new Map<string, readonly DueEvent[]>();
	/** By connection and path, which kinds of watch were asked for. */
	readonly #kinds = new Map<string, Set<string>>();
	#causes: WatchCauses | undefined;

	constructor(facts: Facts, report: Report) {
		this.#facts = facts;
		this.#report = report;
	}

	call(call: number): void {
		const { history } = this.#facts;
		const connection = history.calls.connection.get(call);
		for (const { table, path } of watchesAskedBy(history, call)) {
			const key = `${connection} ${path}`;
			const kinds = this.#kinds.get(key) ?? new Set();
			this.#kinds.set(key, kinds.add(table === "persistent" || table === "recursive" ? table : "one-shot"));
		}
	}

	reply(call: number): void {
		const { calls } = this.#facts.history;
		const connection = calls.connection.get(call);
		for (const { stream } of this.#watches[connection] ?? []) stream.reveal(calls.zxid.get(call), call);
		if (calls.err.get(call) !== 0 || !asksPersistent(calls, call)) return;
		for (const asked of watchesAskedBy(this.#facts.history, call)) this.#set(connection, call, asked);
	}

	event(event: WatchEvent): void {
		const watches = this.#watches[event.connection];
		if (watches === undefined) return;
		const text = this.#facts.history.texts.textOf(event.path);
		for (const watch of watches) {
			if (covers(watch, event, text)) this.#meet(watch, event);
		}
	}

	end(): void {
		for (const watch of this.#watches.flatMap((watches) => watches ?? [])) {
			for (const { due, revealedBy } of watch.stream.lost()) this.#tellLost(watch, due, revealedBy);
		}
	}

	/** One that stands already goes on as it was. */
	#set(connection: number, call: number, asked: AskedWatch): void {
		if (asked.table !== "persistent" && asked.table !== "recursive") return;
		const watches = this.#watches[connection] ?? [];
		this.#watches[connection] = watches;
		if (watches.some((one) => one.asked.table === asked.table && one.asked.path === asked.path)) return;
		const { calls, texts } = this.#facts.history;
		const stream = new EventStream(call, this.#eventsOf(asked), calls.zxid.get(call));
		watches.push({ connection, asked, text: texts.textOf(asked.path), stream });
	}

	#eventsOf({ table, path }: AskedWatch): readonly DueEvent[] {
		const known = this.#events.get(`${table} ${path}`);
		if (known !== undefined) return known;
		const events = table === "recursive" ? recursiveEvents(this.#facts, path) : persistentEvents(this.#facts, path);
		this.#events.set(`${table} ${path}`, events);
		return events;
	}

	#meet(watch: Persistent, event: WatchEvent): void {
		this.#causes ??= new WatchCauses(this.#facts);
		const mayBeUnseen = this.#causes.mayBeUnseen(event.event, event.path);
		const match = watch.stream.meet(event, mayBeUnseen);
		switch (match.kind) {
			case "late":
				this.#tellLate(watch, match.due, match.revealedBy, event);
				break;
			case "skips":
				this.#tellSkipped(watch, match.missed, event);
				break;
			case "again":
				this.#tellAgain(watch, match.due, event);
				break;
			case "causeless":
				this.#tellCauseless(watch, event);
				break;
			case "due":
			case "unknown":
				break;
		}
	}

	#tellLate(watch: Persistent, due: DueEvent, revealedBy: number, event: WatchEvent): void {
		const reply = this.#facts.history.calls.endRecord.get(revealedBy);
		this.#report.violated(
			this.#isShared(watch) ? clauses.coexist : clauses.late,
			[this.#setRecord(watch), reply, event.record],
			() => {
				return `${this.#dueText(watch, due)} came behind the reply to ${this.#replyText(revealedBy)}.`;
			},
		);
	}

	#tellLost(watch: Persistent, due: DueEvent, revealedBy: number): void {
		const reply = this.#facts.history.calls.endRecord.get(revealedBy);
		this.#report.violated(this.#lostClause(watch), [this.#setRecord(watch), reply], () => {
			return `${this.#dueText(watch, due)} never came, but the reply to ${this.#replyText(revealedBy)}.`;
		});
	}

	#tellSkipped(watch: Persistent, missed: readonly DueEvent[], event: WatchEvent): void {
		const [first] = missed;
		if (first === undefined) return;
		this.#report.violated(this.#lostClause(watch), [this.#setRecord(watch), event.record], () => {
			const next = `${event.event} of ${this.#facts.history.texts.textOf(event.path)}`;
			return `${this.#dueText(watch, first)} was left out: a later change's, ${next}, came in its place.`;
		});
	}

	#tellAgain(watch: Persistent, due: DueEvent, event: WatchEvent): void {
		this.#report.violated(clauses.again, [this.#setRecord(watch), event.record], () => {
			return `${this.#dueText(watch, due)} came before, and there is no other such change that this one could be of.`;
		});
	}

	#tellCauseless(watch: Persistent, event: WatchEvent): void {
		this.#report.violated(clauses.cause, [this.#setRecord(watch), event.record], () => {
			const node = this.#facts.history.texts.textOf(event.path);
			return `The ${watch.asked.table} watch on ${watch.text} reported ${event.event} of ${node}, and nothing did that.`;
		});
	}

	#lostClause(watch: Persistent): string {
		return this.#isShared(watch) ? clauses.coexist : clauses.lost;
	}

	/** Whether watches of other kinds were set on its node. What seems late then is rather of another change. */
	#isShared({ connection, asked }: Persistent): boolean {
		return (this.#kinds.get(`${connection} ${asked.path}`)?.size ?? 0) > 1;
	}

	#setRecord({ stream }: Persistent): number {
		return this.#facts.history.calls.endRecord.get(stream.call);
	}

	#dueText({ asked, text }: Persistent, { event, path, zxid }: DueEvent): string {
		const node = this.#facts.history.texts.textOf(path);
		return `To the ${asked.table} watch on ${text} the event ${event} of ${node} at zxid ${zxidText(zxid)}`;
	}

	#replyText(call: number): string {
		const { history } = this.#facts;
		return `${callText(history, call)} (zxid ${zxidText(history.calls.zxid.get(call))})`;
	}
}

function covers({ asked, text }: Persistent, { event, path }: WatchEvent, pathText: string): boolean {
	if (asked.table === "persistent") return asked.path === path;
	return event !== "childrenChanged" && isBelow(pathText, text);
}
