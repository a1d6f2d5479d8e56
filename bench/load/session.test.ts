import assert from "node:assert/strict";
import { performance } from "node:perf_hooks";
import { Codec } from "../../conformance/client/codec.js";
import { loadWireSpec } from "../../spec/load/wire.js";
import { Session } from "./session.js";
import { setUp } from "./set-up.js";
import { makeShared } from "./shared.js";
import { smallPlan } from "./testing/plans.js";
import { SmallServer } from "./testing/small-server.js";

describe("a session of the load", () => {
	it("does not take the answer to its last ping for that to closeSession", async () => {
		const server = await SmallServer.start(new Codec(loadWireSpec()));
		try {
			const plan = smallPlan([server.address]);
			await setUp(plan);
			const shared = makeShared(plan);
			const session = new Session(shared, 0, undefined);
			await session.open();
			// Quiet long enough for a ping, so that both answers come at once.
			session.tend(performance.now() + 5000);
			await session.close();
			assert.deepEqual([server.asked("ping"), server.asked("closeSession")], [1, 3]);
			assert.deepEqual(shared.breaches.list(), []);
		} finally {
			server.stop();
		}
	});
});
