import type { Address } from "../client/connection.js";
import { startBundled } from "../drivers/bundled.js";
import { startBundledDriver } from "../drivers/bundled-driver.js";
import { startBundledEnsemble } from "../drivers/bundled-ensemble.js";
import { faultKinds } from "../drivers/fault-problem.js";
import type { Ensembles } from "./ensembles.js";
import type { Options } from "./options.js";
import { startPatiently } from "./patient-start.js";

/** What the suite starts when it is given no target. */
export interface BundledTarget {
	readonly addresses: readonly Address[];
	/** What its servers wrote to standard error so far. */
	log(): readonly string[];
	/** The outcome of work on it; of simulated servers what their own checks find, when that comes first. */
	during?<T>(work: Promise<T>): Promise<T>;
	stop(): Promise<void>;
}

export type StartTarget = () => Promise<BundledTarget>;

/** How to start a standalone server, or an ensemble of several. */
export function bundledTarget({ servers, observers }: Options): StartTarget {
	return servers + observers === 1 ? startAlone : () => startTogether(servers, observers);
}

async function startAlone(): Promise<BundledTarget> {
	const server = await startBundled();
	return { addresses: [server], log: () => server.log, stop: () => server.stop() };
}

async function startTogether(servers: number, observers: number): Promise<BundledTarget> {
	const { members, stop } = await startBundledEnsemble({ servers, observers });
	return { addresses: members, log: () => members.flatMap(logOf), stop };
}

/** On a busy machine no server may give its leader up, and no session end, only because somebody was slow. */
const patient = { syncLimit: "30", maxSessionTimeout: "40000" };

/** Lanes that wait most of the time do so at the same time. */
const lanes = 3;

/** Bundled ensembles whose servers can be hurt, each started for one lane. */
export function bundledEnsembles({ servers, observers }: Options): Ensembles {
	return {
		abilities: new Set(faultKinds),
		own: true,
		isTarget: () => false,
		lanes,
		open: (needs) =>
			startPatiently(() =>
				startBundledDriver({
					servers: needs?.servers ?? servers,
					observers: needs?.observers ?? observers,
					settings: { ...patient, ...needs?.settings },
				}),
			),
		close: (driver) => driver.stop(),
	};
}

function logOf({ id, log }: { readonly id: number; readonly log: readonly string[] }): string[] {
	return log.map((line) => `[${id}] ${line}`);
}
