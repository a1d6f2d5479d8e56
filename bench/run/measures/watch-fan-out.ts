import { abortable } from "../../load/abortable.js";
import { memoryBytesOf } from "../../targets/target.js";
import { eachInParallel, OwnLoad } from "../clients/own-load.js";
import type { PlainSession } from "../clients/plain-session.js";
import type { Measured, Stage } from "../measured.js";

/** NodeDataChanged. */
const dataChanged = 3;
const sideBySide = 200;
const value = new Uint8Array(8);

/** The one that is under way. */
interface Change {
	readonly path: string;
	readonly sinceMs: number;
	/** Sessions that know of it. */
	readonly told: Set<number>;
	all(): void;
}

/** Every session watches every node; then each node is changed once, and the next when all have been told. */
export function measureWatchFanOut(stage: Stage): Promise<Measured> {
	const { sessions = 1000, nodes = 1 } = stage.parameters;
	return new WatchFanOut(stage, sessions, nodes).measure();
}

class WatchFanOut {
	readonly #stage: Stage;
	readonly #own: OwnLoad;
	readonly #count: number;
	readonly #nodes: number;
	#change: Change = { path: "", sinceMs: 0, told: new Set(), all: () => undefined };

	constructor(stage: Stage, sessions: number, nodes: number) {
		this.#stage = stage;
		this.#own = new OwnLoad(stage, "watch");
		this.#count = sessions;
		this.#nodes = nodes;
	}

	measure(): Promise<Measured> {
		const own = this.#own;
		return own.within(async () => {
			const writer = await own.open(0);
			await this.#make(writer);
			const bytesPerWatch = (await this.#watch()) / (this.#count * this.#nodes);
			own.begin();
			const durationsMs: number[] = [];
			for (let node = 0; node < this.#nodes && !this.#stage.signal.aborted; node++)
				durationsMs.push(await this.#changeOne(writer, this.#pathOf(node)));
			const { load, metered } = own.end();
			const allToldMs = durationsMs.reduce((sum, ms) => sum + ms, 0) / durationsMs.length;
			return { load, metered, figures: { allToldMs, watches: this.#count * this.#nodes, bytesPerWatch } };
		});
	}

	#pathOf(node: number): string {
		return `${this.#stage.root}/${node}`;
	}

	async #make(writer: PlainSession): Promise<void> {
		this.#own.expect((await writer.call("create", { path: this.#stage.root })).err, "create the root");
		for (let node = 0; node < this.#nodes; node++) {
			const { err } = await writer.call("create", { path: this.#pathOf(node), data: value });
			this.#own.expect(err, "create a node to watch");
		}
	}

	/** Gives by how many bytes the servers have grown by watches alone: the sessions are there before. */
	async #watch(): Promise<number> {
		const sessions = await this.#own.openAll(this.#count, (at, type, path) => this.#told(at, type, path));
		const before = memoryBytesOf(this.#stage.target);
		await eachInParallel(this.#count, sideBySide, (at) => this.#watchAll(sessions[at] as PlainSession));
		return Math.max(0, memoryBytesOf(this.#stage.target) - before);
	}

	async #watchAll(session: PlainSession): Promise<void> {
		await session.call("sync", { path: this.#stage.root });
		const replies = Array.from({ length: this.#nodes }, (_, node) =>
			session.call("getData", { path: this.#pathOf(node), watch: true }),
		);
		for (const { err } of await Promise.all(replies)) this.#own.expect(err, "getData with a watch");
	}

	#told(at: number, type: number, path: string): void {
		const change = this.#change;
		if (type !== dataChanged || path !== change.path || change.told.has(at)) {
			const text = `session ${at} was told ${type} of ${path} when ${change.path} was changed`;
			this.#own.breaches.add("event", () => text);
			return;
		}
		this.#own.answered(change.sinceMs);
		change.told.add(at);
		if (change.told.size === this.#count) change.all();
	}

	/** How long it took until the last one was told, in milliseconds. */
	async #changeOne(writer: PlainSession, path: string): Promise<number> {
		const sinceMs = performance.now();
		const told = new Set<number>();
		const all = new Promise<void>((resolve) => {
			this.#change = { path, sinceMs, told, all: resolve };
		});
		this.#own.expect((await writer.call("setData", { path, data: value })).err, "setData of a watched node");
		const telling = this.#own.told(all, () => `${told.size} of ${this.#count} sessions were told of ${path}`);
		await abortable(telling, this.#stage.signal);
		return performance.now() - sinceMs;
	}
}
