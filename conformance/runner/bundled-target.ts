import type { Address } from "../client/connection.js";
import { startBundled } from "../drivers/bundled.js";
import { startBundledEnsemble } from "../drivers/bundled-ensemble.js";

/** What the suite starts when it is given no target. */
export interface BundledTarget {
	readonly addresses: readonly Address[];
	/** What its servers wrote to standard error so far. */
	log(): readonly string[];
	stop(): Promise<void>;
}

export type StartTarget = () => Promise<BundledTarget>;

/** How to start a standalone server, or an ensemble of several. */
export function bundledTarget(servers: number): StartTarget {
	return servers === 1 ? startAlone : () => startTogether(servers);
}

async function startAlone(): Promise<BundledTarget> {
	const server = await startBundled();
	return { addresses: [server], log: () => server.log, stop: () => server.stop() };
}

async function startTogether(servers: number): Promise<BundledTarget> {
	const { members, stop } = await startBundledEnsemble({ servers });
	return { addresses: members, log: () => members.flatMap(logOf), stop };
}

function logOf({ id, log }: { readonly id: number; readonly log: readonly string[] }): string[] {
	return log.map((line) => `[${id}] ${line}`);
}
