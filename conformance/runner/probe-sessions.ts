import type { ScenarioEnvironment } from "../scenario/environment.js";
import type { Notes } from "./probe.js";
import { ask, bye, greet } from "./probe-client.js";

/** No server negotiates less than 2 ticks unless it is told to. */
const ticksOfMinimum = 2;
const timeoutMaxMs = 2 ** 31 - 1;
/** Long enough to notice a client that writes now and then, short enough to wait for. */
const quietMs = 200;

/** Timeouts by negotiation, the server's id, and whether anybody else writes. */
export async function probeSessions(environment: ScenarioEnvironment, notes: Notes): Promise<void> {
	const { replyTimeoutMs } = environment;
	const longest = await greet(environment, timeoutMaxMs);
	notes.set("maxSessionTimeout", longest.timeOut);
	notes.set("readOnly", longest.readOnly);
	await bye(longest.client, replyTimeoutMs);
	const shortest = await greet(environment, 1);
	notes.set("minSessionTimeout", shortest.timeOut);
	if (notes.facts.tickTime === undefined) notes.set("tickTime", Math.floor(shortest.timeOut / ticksOfMinimum));
	notes.set("serverId", Number(BigInt.asUintN(64, shortest.client.sessionId) >> 56n));
	const before = await ask(shortest.client, "ping", null, replyTimeoutMs);
	await new Promise((resolve) => setTimeout(resolve, Math.min(quietMs, shortest.timeOut / 3)));
	const after = await ask(shortest.client, "ping", null, replyTimeoutMs);
	notes.set("quiet", before.zxid === after.zxid, "somebody else writes to the target");
	await bye(shortest.client, replyTimeoutMs);
}
