import type { WatchEvent } from "../history/history.js";
import { DueQueue } from "./due-queue.js";
import type { AskedWatch } from "./watch-calls.js";
import { tableOf, type WatchTable } from "./watch-causes.js";

/** A one-shot watch that stands, or that has not fired when it was due. */
export interface StandingWatch {
	readonly table: WatchTable;
	readonly path: number;
	readonly origin: AskedWatch["origin"];
	/** Ordinals of the call that set it and of its reply. */
	readonly callRecord: number;
	readonly replyRecord: number;
	/** The state of its node that the client knows is of this zxid or newer. */
	readonly since: number;
	/** The first change that certainly fires it, or `never`. */
	readonly due: number;
	/** Whether its call may have been answered after it had fired already. */
	stands: boolean;
}

/** A watch that did not fire before a reply that its change came before. */
export interface Overdue {
	readonly watch: StandingWatch;
	/** The call whose reply came first. */
	readonly revealedBy: number;
}

/** What an event on a connection meets. */
export interface Fired {
	/** Watches that it uses up. */
	readonly standing: readonly StandingWatch[];
	/** Those among them that should have fired before. */
	readonly late: readonly Overdue[];
	/** Calls under way that may have set what fired. */
	readonly asked: readonly AskedWatch[];
	/** Whether a persistent or recursive watch covers it. */
	readonly persistent: boolean;
	/** Whether a recursive watch stands on its node or above it, which reports no childrenChanged. */
	readonly recursive: boolean;
	/** Whether such a watch has ever stood here. */
	readonly known: boolean;
}

/** The one-shot watches of one connection, as its server has them. */
export class ConnectionWatches {
	readonly #standing: Readonly<Record<WatchTable, Map<number, StandingWatch>>> = { data: new Map(), child: new Map() };
	/** By table and path, the first. */
	readonly #overdue = new Map<string, Overdue>();
	readonly #due = new DueQueue<StandingWatch>();
	readonly #asked = new Map<number, readonly AskedWatch[]>();
	readonly #known = new Set<string>();
	/** Of each table and path the last event. */
	readonly #lastEvents = new Map<string, WatchEvent>();
	readonly #persistent = new Set<number>();
	readonly #recursive: string[] = [];

	ask(call: number, asked: readonly AskedWatch[], textOf: (path: number) => string): void {
		this.#asked.set(call, asked);
		for (const { table, path } of asked) {
			this.#known.add(keyOf(table, path));
			if (table === "persistent") this.#persistent.add(path);
			if (table === "recursive") this.#recursive.push(textOf(path));
		}
	}

	/** What this call asked for, which is answered now. */
	answered(call: number): readonly AskedWatch[] {
		const asked = this.#asked.get(call) ?? [];
		this.#asked.delete(call);
		return asked;
	}

	set(watch: StandingWatch): void {
		const standing = this.#standing[watch.table];
		const before = standing.get(watch.path);
		if (before !== undefined) before.stands = false;
		standing.set(watch.path, watch);
		if (Number.isFinite(watch.due)) this.#due.push(watch);
	}

	/** Takes the watches that had to fire before a reply of this zxid, and have not. */
	takeOverdue(zxid: number, call: number): void {
		for (let watch = this.#due.maybeTake(zxid); watch !== undefined; watch = this.#due.maybeTake(zxid)) {
			if (!watch.stands) continue;
			const key = keyOf(watch.table, watch.path);
			if (this.hasFired(watch)) this.#drop(watch);
			else if (!this.#overdue.has(key)) this.#overdue.set(key, { watch, revealedBy: call });
		}
	}

	/**
	 * Whether an event came since the watch was asked for. It may have fired before its own reply: then it came behind the
	 * event of an older watch, or was that one.
	 */
	hasFired({ table, path, callRecord, due }: Omit<StandingWatch, "stands">): boolean {
		const event = this.#lastEvents.get(keyOf(table, path));
		if (event === undefined || event.record < callRecord) return false;
		return event.zxid < 0 || event.zxid >= due;
	}

	/** Uses up what this event fires; a deletion fires the watches of both tables. */
	fire(event: WatchEvent, textOf: (path: number) => string): Fired {
		const tables: WatchTable[] = event.event === "deleted" ? ["data", "child"] : [tableOf(event.event)];
		const standing = tables.map((table) => this.#standing[table].get(event.path)).filter((one) => one !== undefined);
		const keys = tables.map((table) => keyOf(table, event.path));
		const late = keys.map((key) => this.#overdue.get(key)).filter((one) => one !== undefined);
		for (const watch of standing) this.#drop(watch);
		for (const key of keys) {
			this.#overdue.delete(key);
			this.#lastEvents.set(key, event);
		}
		const recursive = this.#isBelowRecursive(textOf(event.path));
		const persistent = this.#persistent.has(event.path) || (recursive && event.event !== "childrenChanged");
		const known = keys.some((key) => this.#known.has(key));
		const isOther = standing.length > 0 || persistent;
		const asked = isOther ? this.#askedFor(event.path, tables) : this.#takeAsked(event.path, tables);
		return { standing, late, asked, persistent, recursive, known };
	}

	/** Watches of calls under way: each may have been set, and fire once before its reply. */
	#askedFor(path: number, tables: readonly WatchTable[]): AskedWatch[] {
		const asked = [...this.#asked.values()].flat();
		return asked.filter((one) => one.path === path && (tables as readonly string[]).includes(one.table));
	}

	#takeAsked(path: number, tables: readonly WatchTable[]): AskedWatch[] {
		const [first] = this.#askedFor(path, tables);
		if (first === undefined) return [];
		for (const [call, asked] of this.#asked) {
			if (asked.includes(first))
				this.#asked.set(
					call,
					asked.filter((one) => one !== first),
				);
		}
		return [first];
	}

	/** Whether one-shot and persistent watches have stood on this node together, or may have. */
	isShared(path: number): boolean {
		const oneShot = this.#known.has(keyOf("data", path)) || this.#known.has(keyOf("child", path));
		return oneShot && (this.#known.has(keyOf("persistent", path)) || this.#known.has(keyOf("recursive", path)));
	}

	/** Those that never fired. */
	left(): IterableIterator<Overdue> {
		return this.#overdue.values();
	}

	#drop(watch: StandingWatch): void {
		watch.stands = false;
		if (this.#standing[watch.table].get(watch.path) === watch) this.#standing[watch.table].delete(watch.path);
	}

	#isBelowRecursive(path: string): boolean {
		return this.#recursive.some((above) => isBelow(path, above));
	}
}

function keyOf(table: AskedWatch["table"], path: number): string {
	return `${table} ${path}`;
}

/** Whether a recursive watch on `above` sees changes of `path`. */
export function isBelow(path: string, above: string): boolean {
	return path === above || above === "/" || path.startsWith(`${above}/`);
}
