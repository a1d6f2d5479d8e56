import { memoryBytesOf } from "../../targets/target.js";
import { eachInParallel, OwnLoad } from "../clients/own-load.js";
import type { PlainSession } from "../clients/plain-session.js";
import type { Measured, Stage } from "../measured.js";

/** NodeDataChanged. */
const dataChanged = 3;
const silenceMs = 30_000;
const sideBySide = 200;

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
	const { sessions: count = 1000, nodes = 1 } = stage.parameters;
	const own = new OwnLoad(stage, "watch");
	let change: Change = { path: "", sinceMs: 0, told: new Set(), all: () => undefined };

	return own.within(async () => {
		const writer = await own.open(0);
		own.expect((await writer.call("create", { path: stage.root })).err, "create the root");
		for (let node = 0; node < nodes; node++) await writer.call("create", { path: pathOf(node), data: value });
		const sessions = await own.openAll(count, told);
		const before = memoryBytesOf(stage.target);
		await eachInParallel(count, sideBySide, (at) => watchAll(sessions[at] as PlainSession));
		const bytesPerWatch = Math.max(0, memoryBytesOf(stage.target) - before) / (count * nodes);
		own.begin();
		const durationsMs: number[] = [];
		for (let node = 0; node < nodes && !stage.signal.aborted; node++) durationsMs.push(await changeOne(writer, node));
		const { load, metered } = own.end();
		const allToldMs = durationsMs.reduce((sum, ms) => sum + ms, 0) / durationsMs.length;
		return { load, metered, figures: { allToldMs, watches: count * nodes, bytesPerWatch } };
	});

	function pathOf(node: number): string {
		return `${stage.root}/${node}`;
	}

	async function watchAll(session: PlainSession): Promise<void> {
		await session.call("sync", { path: stage.root });
		const replies = Array.from({ length: nodes }, (_, node) =>
			session.call("getData", { path: pathOf(node), watch: true }),
		);
		for (const { err } of await Promise.all(replies)) own.expect(err, "getData with a watch");
	}

	function told(at: number, type: number, path: string): void {
		if (type !== dataChanged || path !== change.path || change.told.has(at)) {
			own.breaches.add("event", () => `session ${at} was told ${type} of ${path} when ${change.path} was changed`);
			return;
		}
		own.answered(change.sinceMs);
		change.told.add(at);
		if (change.told.size === count) change.all();
	}

	/** How long it took until the last one was told. */
	async function changeOne(writer: PlainSession, node: number): Promise<number> {
		const path = pathOf(node);
		const sinceMs = performance.now();
		const all = new Promise<void>((resolve) => {
			change = { path, sinceMs, told: new Set(), all: resolve };
		});
		own.expect((await writer.call("setData", { path, data: value })).err, "setData of a watched node");
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<void>((resolve) => {
			timer = setTimeout(resolve, silenceMs);
		});
		await Promise.race([all, late]);
		clearTimeout(timer);
		const { size } = change.told;
		if (size < count)
			own.breaches.add("lost-event", () => `${size} of ${count} sessions were told of ${path} within ${silenceMs} ms`);
		return performance.now() - sinceMs;
	}
}

const value = new Uint8Array(8);
