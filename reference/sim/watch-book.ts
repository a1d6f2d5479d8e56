import { describeZxid, type Zxid } from "../model/ids.js";
import type { EventBody, WatchLists } from "./client-codec.js";
import type { TreeHistory } from "./tree-history.js";
import { mustHold } from "./violation.js";

export type WatchKind = "data" | "exist" | "child" | "persistent";

interface Watch {
	readonly kind: WatchKind;
	readonly path: string;
	/** Changes up to here were seen: by the read that set the watch, or by its last event. */
	seenZxid: Zxid;
}

const eventNames = ["", "created", "deleted", "dataChanged", "childrenChanged"];
/** Which watches an event uses up. */
const usedBy: Readonly<Record<number, readonly WatchKind[]>> = {
	1: ["data", "exist"],
	2: ["data", "exist", "child"],
	3: ["data", "exist"],
	4: ["child"],
};

/** What one client watches, and what it must have been told before it may see later states. */
export class WatchBook {
	readonly #history: TreeHistory;
	readonly #watches = new Map<string, Watch>();
	/** Between a connection's end and the answer to setWatches nothing is promised. */
	#isSuspended = false;
	#relativeZxid: Zxid | undefined;

	constructor(history: TreeHistory) {
		this.#history = history;
	}

	set(kind: WatchKind, path: string, seenZxid: Zxid): void {
		this.#watches.set(kind + path, { kind, path, seenZxid });
	}

	clear(): void {
		this.#watches.clear();
		this.#isSuspended = false;
	}

	/** The connection is lost. */
	suspend(): void {
		this.#isSuspended = this.#watches.size > 0;
	}

	/** For setWatches; undefined when there is nothing to set again. */
	lists(relativeZxid: Zxid): WatchLists | undefined {
		if (this.#watches.size === 0) return undefined;
		this.#relativeZxid = relativeZxid;
		const of = (kind: WatchKind): string[] =>
			[...this.#watches.values()].filter((watch) => watch.kind === kind).map(({ path }) => path);
		return { relativeZxid, data: of("data"), exist: of("exist"), child: of("child"), persistent: of("persistent") };
	}

	/** The answer to setWatches: whatever had changed meanwhile was told before it. */
	restored(at: Zxid): void {
		const relative = this.#relativeZxid ?? at;
		this.#isSuspended = false;
		for (const watch of this.#watches.values()) {
			mustHold(!this.#hasMissed(watch, relative, at), "a watch set again tells what was missed", () => {
				return `${watch.kind} watch on ${watch.path}: changed between ${describeZxid(relative)} and ${describeZxid(at)}`;
			});
			watch.seenZxid = at;
		}
	}

	/** An event has come. */
	fire({ type, path }: EventBody, at: Zxid): void {
		const kinds = usedBy[type] ?? [];
		const used = kinds.filter((kind) => this.#watches.delete(kind + path));
		const persistent = this.#watches.get(`persistent${path}`);
		// What makes up for the past comes once for each list that names the path.
		mustHold(at < 0 || used.length > 0 || persistent !== undefined, "an event only where a watch is", () => {
			return `event ${eventNames[type]} ${path} came to a client that does not watch this`;
		});
		if (persistent !== undefined) persistent.seenZxid = at > 0 ? at : (this.#next(persistent) ?? persistent.seenZxid);
	}

	/** A reply shows the state at `at`: every event up to there must have come. */
	check(at: Zxid): void {
		if (this.#isSuspended) return;
		for (const watch of this.#watches.values()) {
			const next = this.#next(watch);
			mustHold(next === undefined || next > at, "an event comes before the reply that reveals it", () => {
				return `${watch.kind} watch on ${watch.path}: ${describeZxid(next as Zxid)} not told, reply shows ${describeZxid(at)}`;
			});
		}
	}

	#next({ kind, path, seenZxid }: Watch): Zxid | undefined {
		if (kind === "child") return this.#history.nextChildChange(path, seenZxid);
		const data = this.#history.nextDataChange(path, seenZxid);
		if (kind !== "persistent") return data;
		const child = this.#history.nextChildChange(path, seenZxid);
		return data === undefined || (child !== undefined && child < data) ? child : data;
	}

	#hasMissed({ kind, path }: Watch, relative: Zxid, at: Zxid): boolean {
		if (kind === "persistent") return false;
		const node = this.#history.maybeNode(path, at);
		if (kind === "exist") return node !== undefined;
		if (node === undefined) return true;
		const next = kind === "data" ? node.zxid : this.#history.nextChildChange(path, relative);
		return next !== undefined && next > relative && next <= at;
	}
}
