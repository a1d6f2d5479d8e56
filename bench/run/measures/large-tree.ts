import { Bulk } from "../../load/bulk.js";
import { memoryBytesOf } from "../../targets/target.js";
import { OwnLoad } from "../clients/own-load.js";
import { mostBytes } from "../load-plan.js";
import type { Measured, Stage } from "../measured.js";
import { handsOf } from "./hands.js";

/** Of one parent. */
const childrenEach = 1000;

/** A tree is filled, all servers are ended in order and started again on it. */
export async function measureLargeTree(stage: Stage): Promise<Measured> {
	const { znodes = 100_000, bytes = 100 } = stage.parameters;
	const { target, root } = stage;
	const hands = handsOf(target);
	const own = new OwnLoad(stage, "create");
	const data = new Uint8Array(mostBytes(bytes)).fill(120);
	const ids = target.addresses.map((_, at) => at + 1);

	const before = memory();
	await fill();
	const { load, metered } = own.end();
	const filled = memory();
	const serveAgainMs = await startAgain();
	await look();
	return {
		load: { ...load, breaches: own.breaches.list() },
		metered,
		figures: {
			fillMs: load.measuredMs,
			serveAgainMs,
			bytesPerZnode: Math.max(0, filled - before) / znodes,
			filledServersBytes: filled,
			startedServersBytes: memory(),
		},
	};

	/** Of one server, on average. */
	function memory(): number {
		return memoryBytesOf(target) / ids.length;
	}

	async function fill(): Promise<void> {
		const bulk = await Bulk.open(target.addresses, own.codec);
		const folders = Math.ceil(znodes / childrenEach);
		own.expect(await bulk.call("create", root), "create the root");
		await bulk.each(
			folders,
			(at, xid) => bulk.askOf("create", `${root}/${at}`, xid),
			(_, { err }) => own.expect(err, "create a parent"),
		);
		own.begin();
		const sentMs = new Float64Array(znodes);
		await bulk.each(
			znodes,
			(at, xid) => {
				sentMs[at] = performance.now();
				bulk.askCreate(pathOf(at), data, xid);
			},
			(at, { err }) => {
				own.answered(sentMs[at] ?? 0);
				own.expect(err, "create a node");
			},
		);
		await bulk.close();
	}

	function pathOf(at: number): string {
		return `${root}/${Math.floor(at / childrenEach)}/${at}`;
	}

	async function startAgain(): Promise<number> {
		await Promise.all(ids.map((id) => hands.end(id)));
		const startMs = performance.now();
		for (const id of ids) hands.start(id);
		await hands.serving();
		return performance.now() - startMs;
	}

	/** The first, the last and some between are what they were. */
	async function look(): Promise<void> {
		const session = await own.open(0);
		const step = Math.max(1, Math.floor(znodes / 100));
		for (let at = znodes - 1; at >= 0; at -= step) {
			const { err, value } = await session.call("getData", { path: pathOf(at) });
			own.expect(err, `getData of ${pathOf(at)} after the start`);
			const read = value.data instanceof Uint8Array ? value.data.length : 0;
			if (err === 0 && read !== data.length)
				own.breaches.add("data", () => `${pathOf(at)} had ${read} bytes after the start, ${data.length} were written`);
		}
		await own.closeAll();
	}
}
