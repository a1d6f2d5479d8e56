import { setTimeout as sleep } from "node:timers/promises";
import { memoryBytesOf } from "../../targets/target.js";
import { eachInParallel, OwnLoad } from "../clients/own-load.js";
import type { PlainSession } from "../clients/plain-session.js";
import type { Measured, Stage } from "../measured.js";

/** A third of the sessions' timeout, as real clients do. */
const pingMs = 10_000;

/** Sessions that do nothing: the memory that they take, and the processor time of their pings. */
export function measureIdleSessions(stage: Stage): Promise<Measured> {
	const { sessions: count = 1000, forMs = 10_000 } = stage.parameters;
	const own = new OwnLoad(stage, "exists");
	return own.within(async () => {
		const before = memoryBytesOf(stage.target);
		const sessions = await own.openAll(count);
		own.begin();
		const endMs = performance.now() + forMs;
		let next = 0;
		// Spread over the time, as sessions that did not come together do it.
		while (performance.now() < endMs && !stage.signal.aborted) {
			for (const until = next + Math.ceil((count * tickMs) / pingMs); next < until; next++)
				sessions[next % count]?.ping();
			await sleep(tickMs);
		}
		own.alsoDone(next);
		const bytesPerSession = Math.max(0, memoryBytesOf(stage.target) - before) / count;
		await eachInParallel(count, askedAtOnce, async (at) => ask(sessions[at] as PlainSession));
		const { load, metered } = own.end();
		const cpu = metered.usages.reduce((sum, usage) => sum + (usage?.cpuMicros ?? 0), 0);
		return {
			load,
			metered,
			figures: { bytesPerSession, serverCpuMicrosPerSessionAndSecond: cpu / count / (metered.elapsedMs / 1000) },
		};
	});

	/** Whoever is still there gets an answer. */
	async function ask(session: PlainSession): Promise<void> {
		if (session.lost !== undefined) {
			own.breaches.add("lost-session", () => `a session that pinged was ended: ${session.lost?.message}`);
			return;
		}
		const sinceMs = performance.now();
		own.expect((await session.call("exists", { path: "/" })).err, "exists of the root");
		own.answered(sinceMs);
	}
}

const tickMs = 50;
const askedAtOnce = 100;
