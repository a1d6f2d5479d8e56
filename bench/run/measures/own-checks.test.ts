import assert from "node:assert/strict";
import { Codec } from "../../../conformance/client/codec.js";
import { loadWireSpec } from "../../../spec/load/wire.js";
import type { Lies } from "../../load/testing/lies.js";
import { type Answer, SmallServer } from "../../load/testing/small-server.js";
import type { Target } from "../../targets/target.js";
import { SessionLostError } from "../clients/plain-session.js";
import type { Measure, Measured, Stage } from "../measured.js";
import { measureConnectionStorm } from "./connection-storm.js";
import { measureCreateLatency } from "./create-latency.js";
import { measureWatchFanOut } from "./watch-fan-out.js";

const codec = new Codec(loadWireSpec());

async function measured(measure: Measure, lies: Lies, parameters: Stage["parameters"]): Promise<Measured> {
	const server = await SmallServer.start(codec, lies);
	const target: Partial<Target> = { subject: "small", addresses: [server.address], usages: () => [undefined] };
	const { signal } = new AbortController();
	const stage: Partial<Stage> = { target: target as Target, roles: [undefined], parameters, root: "/own", signal };
	try {
		return await measure(stage as Stage);
	} finally {
		server.stop();
	}
}

/** The fifth answer to a create of the measurement is another one. */
const twisting = (change: (right: Answer) => Answer): Lies => ({
	twist: (operation, right, count) => (operation === "create" && count === 6 ? change(right) : right),
});

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
