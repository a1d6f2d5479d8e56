import { OwnLoad } from "../clients/own-load.js";
import type { PlainSession } from "../clients/plain-session.js";
import { mostBytes } from "../load-plan.js";
import type { Measured, Stage } from "../measured.js";

/** Each worker creates one node after the other and waits for each; its delete goes out without waiting. */
export function measureCreateLatency(stage: Stage): Promise<Measured> {
	const { workers = 1, creates = 500, bytes = 1024 } = stage.parameters;
	const data = new Uint8Array(mostBytes(bytes)).fill(120);
	const own = new OwnLoad(stage, "create");
	return own.within(async () => {
		const sessions = await own.openAll(workers);
		const [first] = sessions;
		if (first !== undefined) own.expect((await first.call("create", { path: stage.root })).err, "create the root");
		for (const session of sessions) await session.call("sync", { path: stage.root });
		own.begin();
		await Promise.all(sessions.map((session, at) => work(session, at)));
		const { load, metered } = own.end();
		const createsPerSecond = (workers * creates * 1000) / load.measuredMs;
		return { load, metered, figures: { createsPerSecond, createMeanMs: load.latency.meanMicros / 1000 } };
	});

	async function work(session: PlainSession, worker: number): Promise<void> {
		let last: Promise<void> = Promise.resolve();
		for (let i = 0; i < creates && !stage.signal.aborted; i++) {
			const path = `${stage.root}/${worker}-${i}`;
			const sinceMs = performance.now();
			const { err, value } = await session.call("create", { path, data });
			own.answered(sinceMs);
			own.expect(err, `create ${path}`);
			if (value.path !== path) own.breaches.add("data", () => `create ${path} answered ${String(value.path)}`);
			last = session.call("delete", { path }).then((reply) => {
				own.alsoDone(1);
				own.expect(reply.err, `delete ${path}`);
			});
		}
		await last;
	}
}
