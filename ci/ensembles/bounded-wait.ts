import { setTimeout as sleep } from "node:timers/promises";

/** What was awaited did not happen in time. */
export class LateError extends Error {
	override readonly name = "LateError";
}

const pollMs = 20;

/**
 * Asks again and again until there is an answer.
 * @throws LateError with `what` and, when given, what was the case instead
 */
export async function waitFor<T>(
	what: string,
	timeoutMs: number,
	probe: () => Promise<T | undefined> | T | undefined,
	instead?: () => Promise<string>,
): Promise<T> {
	const deadlineMs = performance.now() + timeoutMs;
	for (;;) {
		const found = await probe();
		if (found !== undefined) return found;
		if (performance.now() > deadlineMs) break;
		await sleep(pollMs);
	}
	const rest = instead === undefined ? "" : `: ${await instead()}`;
	throw new LateError(`not within ${timeoutMs} ms: ${what}${rest}`);
}
