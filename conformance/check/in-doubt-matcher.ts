import type { Data } from "../history/record.js";
import { noText } from "../history/texts.js";
import { changeKind } from "./changes.js";
import type { Facts } from "./facts.js";
import { shownPath, showsStat } from "./sighting.js";
import { isAcknowledged, isSequential, type Write, writesOf, writeZxid } from "./write.js";

/** Finds which writes in doubt can have made a change that was seen. */
export class InDoubtMatcher {
	readonly #facts: Facts;
	/** By call that is in doubt, the first write of its session behind it that was answered. */
	readonly #later = new Map<number, number>();

	constructor(facts: Facts) {
		this.#facts = facts;
		this.#findLater();
	}

	candidates(change: number): Write[] {
		const { changes, inDoubt, paths, history } = this.#facts;
		const path = changes.path(change);
		const writes =
			changes.kind(change) === changeKind.set ? inDoubt.setsOf(path) : inDoubt.childCreatesOf(paths.parentOf(path));
		return writes.filter((write) => {
			const { operation } = write;
			if (operation.op === "create" && !makes(operation, history.texts.textOf(path))) return false;
			return changes.data(change) === noText || history.texts.dataOf(changes.data(change)) === this.#leaves(write);
		});
	}

	/** The data that is there when the write, or the multi that it is a part of, is over. */
	#leaves({ call, part, operation }: Write): Data {
		if (part < 0) return "data" in operation ? operation.data : null;
		const parts = writesOf(this.#facts.history.calls, call).map((write) => write.operation);
		const last = parts.findLast((part) => part.op === "setData" && part.path === operation.path) ?? operation;
		return last.op === "setData" || last.op === "create" ? last.data : null;
	}

	isInOrder({ call }: Write, zxid: number): boolean {
		const { history, newestBefore } = this.#facts;
		const newest = newestBefore.get(call);
		if (newest >= 0 && history.calls.zxid.get(newest) >= zxid) return false;
		const later = this.#later.get(call);
		return later === undefined || writeZxid(history, later) > zxid;
	}

	/** Calls that show the change, or that speak against the writes in doubt. */
	witnesses(change: number, candidates: readonly Write[]): number[] {
		const { history, newestBefore } = this.#facts;
		const { calls } = history;
		const around = candidates.slice(0, 1).flatMap(({ call }) => {
			const newest = newestBefore.get(call);
			const later = this.#later.get(call);
			const before = newest < 0 ? [] : [calls.endRecord.get(newest)];
			return [...before, calls.record.get(call), ...(later === undefined ? [] : [calls.endRecord.get(later)])];
		});
		const shownBy = this.#firstToShow(change);
		return shownBy < 0 ? around : [...around, calls.endRecord.get(shownBy)];
	}

	#firstToShow(change: number): number {
		const { history, changes } = this.#facts;
		const { calls, stats } = history;
		for (let call = 0; call < calls.count; call++) {
			if (!showsStat(calls, call) || shownPath(calls, call) !== changes.path(change)) continue;
			const stat = calls.stat.get(call);
			const zxid = changes.zxid(change);
			if (stats.mzxid.get(stat) === zxid || stats.czxid.get(stat) === zxid) return call;
		}
		return -1;
	}

	/** Backwards: the next answered write of each session, for all those in doubt before it. */
	#findLater(): void {
		const { history, inDoubt } = this.#facts;
		const { calls, connections } = history;
		const wanted = new Set(inDoubt.writes.map(({ call }) => call));
		const first = inDoubt.writes[0]?.call ?? calls.count;
		const next = new Map<bigint, number>();
		for (let call = calls.count - 1; call >= first; call--) {
			const session = connections[calls.connection.get(call)]?.granted?.session;
			if (session === undefined) continue;
			const later = next.get(session);
			if (wanted.has(call) && later !== undefined) this.#later.set(call, later);
			if (isAcknowledged(calls, call)) next.set(session, call);
		}
	}
}

function makes(create: Write["operation"] & { readonly op: "create" }, path: string): boolean {
	if (!isSequential(create.mode)) return create.path === path;
	return path.startsWith(create.path) && /^-?\d{10}$/.test(path.slice(create.path.length));
}
