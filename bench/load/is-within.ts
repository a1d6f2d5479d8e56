import { setTimeout as sleep } from "node:timers/promises";

/** Whether it resolves in time. */
export async function isWithin(ms: number, what: Promise<unknown>): Promise<boolean> {
	const timer = new AbortController();
	const late = sleep(ms, false, { signal: timer.signal, ref: false }).catch(() => false);
	const isDone = await Promise.race([what.then(() => true), late]);
	timer.abort();
	return isDone;
}
