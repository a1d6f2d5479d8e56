import assert from "node:assert/strict";
import { Codec } from "../../../conformance/client/codec.js";
import { loadWireSpec } from "../../../spec/load/wire.js";
import type { Lies } from "../../load/testing/lies.js";
import { type Answer, SmallServer } from "../../load/testing/small-server.js";
import type { Hands, Target } from "../../targets/target.js";
import { SessionLostError } from "../clients/plain-session.js";
import type { Measure, Measured, Stage } from "../measured.js";
import { measureBarriers } from "./barriers.js";
import { measureConnectionStorm } from "./connection-storm.js";
import { measureCreateLatency } from "./create-latency.js";
import { measureLargeTree } from "./large-tree.js";
import { measureWatchFanOut } from "./watch-fan-out.js";

const codec = new Codec(loadWireSpec());

/** @param more what is unlike a measurement that goes well: how long an event is waited for, and who ends it all */
async function measured(
	measure: Measure,
	lies: Lies,
	parameters: Stage["parameters"],
	more: Partial<Pick<Stage, "eventMsMost" | "signal">> = {},
): Promise<Measured> {
	const server = await SmallServer.start(codec, lies);
	const hands: Partial<Hands> = { end: async () => undefined, start: () => undefined, serving: async () => undefined };
	const addresses = [server.address];
	const target: Partial<Target> = { subject: "small", addresses, usages: () => [undefined], hands: hands as Hands };
	const { eventMsMost = 30_000, signal = new AbortController().signal } = more;
	const place = { target: target as Target, roles: [undefined], root: "/own" };
	const stage: Partial<Stage> = { ...place, parameters, eventMsMost, signal };
	try {
		return await measure(stage as Stage);
	} finally {
		server.stop();
	}
}

/**
 * Two clients of one barrier: both have made their nodes, and the second one is not answered before the first one watches
 * until all have left.
 */
function waitingToLeave(lies: Lies, onWatch = (): void => undefined): Lies {
	let goOn = (): void => undefined;
	const watched = new Promise<void>((resolve) => {
		goOn = resolve;
	});
	const late = (operation: string, count: number): Promise<void> | undefined => {
		if (operation === "exists") {
			goOn();
			onWatch();
		}
		// Of the root, of the barrier, of the first client.
		return operation === "create" && count === 4 ? watched : undefined;
	};
	return { ...lies, late };
}

const twistingCreate = (nth: number, change: (right: Answer) => Answer): Lies => ({
	twist: (operation, right, count) => (operation === "create" && count === nth ? change(right) : right),
});

/** The fifth answer to a create of the measurement is another one. */
const twisting = (change: (right: Answer) => Answer): Lies => twistingCreate(6, change);

const longs = { czxid: 0n, mzxid: 0n, pzxid: 0n, ctime: 0n, mtime: 0n, ephemeralOwner: 0n };
const stat = { ...longs, version: 0, cversion: 0, aversion: 0, dataLength: 0, numChildren: 0 };

describe("measures that make their own load", () => {
	const creating = (lies: Lies) => measured(measureCreateLatency, lies, { workers: 2, creates: 10, bytes: 10 });
	const rulesOf = ({ load }: Measured) => load.breaches.map(({ rule }) => rule);

	it("count what they did, and find nothing on a server that is right", async () => {
		const { load, figures } = await creating({});
		assert.deepEqual([load.operations, load.latency.count, load.breaches], [40, 20, []]);
		assert.ok((figures?.createsPerSecond ?? 0) > 0);
		const storm = await measured(measureConnectionStorm, {}, { sessions: 20 });
		assert.deepEqual([storm.load.operations, storm.load.breaches], [20, []]);
	});

	it("count sessions as they are told, and find events that nobody is due", async () => {
		const watching = (lies: Lies) => measured(measureWatchFanOut, lies, { sessions: 3, nodes: 2 });
		const { load, figures } = await watching({});
		assert.deepEqual([load.operations, load.breaches, figures?.watches], [6, [], 6]);
		assert.deepEqual(rulesOf(await watching({ chatters: (operation) => operation === "getData" })), ["event"]);
	});

	it("find nodes to watch that were not made", async () => {
		const refusing = twistingCreate(2, (right) => ({ ...right, err: -110 }));
		assert.deepEqual(rulesOf(await measured(measureWatchFanOut, refusing, { sessions: 3 })), ["error"]);
	});

	it("find trees that are not what they were before the servers started again", async () => {
		const filling = (lies: Lies) => measured(measureLargeTree, lies, { znodes: 20, bytes: 10 });
		const { load, figures } = await filling({});
		assert.deepEqual([load.operations, load.breaches, figures?.bytesPerZnode], [20, [], 0]);
		const body = codec.encodeReply("getData", { data: new Uint8Array(9), stat });
		const shrunk: Lies = { twist: (operation, right) => (operation === "getData" ? { ...right, body } : right) };
		const text = "/own/0/0 had 9 bytes after the start, 10 were written";
		assert.deepEqual((await filling(shrunk)).load.breaches, [{ rule: "data", count: 100, text }]);
	});

	it("count sessions that were not told", async () => {
		const measuring = measured(measureWatchFanOut, { silent: () => true }, { sessions: 3 }, { eventMsMost: 20 });
		const [breach] = (await measuring).load.breaches;
		assert.deepEqual(breach, {
			rule: "lost-event",
			count: 1,
			text: "0 of 3 sessions were told of /own/0 within 20 ms",
		});
	});

	const leaving = (lies: Lies, more?: Parameters<typeof measured>[3]) =>
		measured(measureBarriers, lies, { clients: 2, barriers: 1 }, more);

	it("find who leaves a barrier before the others", async () => {
		const { load, figures } = await leaving(waitingToLeave({}));
		assert.deepEqual([load.breaches, (figures?.barriersPerSecond ?? 0) > 0], [[], true]);
		const early = await leaving(waitingToLeave({ chatters: (operation) => operation === "exists" }));
		const text = "a client left barrier 0 when 1 of 2 had begun to";
		assert.deepEqual(early.load.breaches, [{ rule: "barrier", count: 1, text }]);
	});

	it("do not wait for ever for a barrier's event, nor once all is to end", async () => {
		const silent: Lies = { silent: (operation) => operation === "delete" };
		const [breach] = (await leaving(waitingToLeave(silent), { eventMsMost: 20 })).load.breaches;
		assert.match(breach?.text ?? "", /^client [01] was not told that \/own\/0\/ready was removed within 20 ms$/);
		const ending = new AbortController();
		const asEnded = leaving(
			waitingToLeave(silent, () => ending.abort(new Error("enough"))),
			{ signal: ending.signal },
		);
		await assert.rejects(asEnded, { message: "enough" });
		const over = new AbortController();
		const late: Lies["late"] = (operation) => {
			if (operation === "setData") over.abort(new Error("over"));
			return undefined;
		};
		const lies = { silent: () => true, late };
		const watching = measured(measureWatchFanOut, lies, { sessions: 3 }, { signal: over.signal });
		await assert.rejects(watching, { message: "over" });
	});

	it("find errors, other paths than were asked for, and zxids that fall", async () => {
		assert.deepEqual(rulesOf(await creating(twisting((right) => ({ ...right, err: -110 })))), ["error", "data"]);
		assert.deepEqual(rulesOf(await creating(twisting((right) => ({ ...right, zxid: 1 })))), ["zxid"]);
		const other = codec.encodeReply("create", { path: "/other" });
		assert.deepEqual(rulesOf(await creating(twisting((right) => ({ ...right, body: other })))), ["data"]);
	});

	it("give up on a session whose replies come out of order", async () => {
		await assert.rejects(
			creating(twisting((right) => ({ ...right, xid: right.xid + 1 }))),
			(error) => error instanceof SessionLostError && /out of order/.test(error.message),
		);
	});
});
