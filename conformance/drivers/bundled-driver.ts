import type { BundledEnsemble, EnsembleMember } from "./bundled-ensemble.js";
import { type EnsembleOptions, startBundledEnsemble } from "./bundled-ensemble.js";
import { ClientDoors } from "./client-doors.js";
import type { EnsembleDriver } from "./ensemble-driver.js";
import { factsOf } from "./facts.js";
import { type Hands, networkOf } from "./hands.js";
import { HurtEnsemble } from "./hurt-ensemble.js";

export interface BundledDriverOptions extends Omit<EnsembleOptions, "hurtable"> {
	/** What may be hurt: with "processes" nothing stands between clients, servers and each other, which is fastest. */
	readonly hurt?: "everything" | "processes";
}

export interface BundledDriver extends EnsembleDriver {
	/** Lines that the servers wrote to standard error. */
	log(): readonly string[];
}

/**
 * Starts an ensemble of bundled servers, which can be hurt in every way that there is, and waits until it serves.
 * @throws BundledStartError with what the member said that did not start
 */
export async function startBundledDriver(options: BundledDriverOptions = {}): Promise<BundledDriver> {
	const hurtable = options.hurt !== "processes";
	const ensemble = await startBundledEnsemble({ ...options, hurtable });
	const members = ensemble.members.map(({ id, votes, host, port }) => ({ id, votes, address: { host, port } }));
	const driver = new HurtEnsemble({
		name: "bundled",
		members,
		facts: factsOf(ensemble.settings),
		hands: handsOf(ensemble),
		doors: hurtable ? await ClientDoors.open(members) : undefined,
	});
	return Object.assign(driver, { log: () => ensemble.members.flatMap(logOf) });
}

function handsOf({ members, links, stop }: BundledEnsemble): Hands {
	const member = (id: number): EnsembleMember => {
		const found = members.find((each) => each.id === id);
		if (found === undefined) throw new Error(`no server ${id}`);
		return found;
	};
	const processes = {
		isRunning: (id: number) => member(id).pid !== 0,
		lastWords: (id: number) => member(id).log.slice(-8).join("\n"),
		kill: (id: number) => member(id).kill(),
		stop: (id: number) => member(id).kill("SIGTERM"),
		start: async (id: number) => member(id).launch(),
		pause: async (id: number) => member(id).pause(),
		resume: async (id: number) => member(id).resume(),
		stopAll: stop,
	};
	if (links === undefined) return processes;
	return { ...processes, network: networkOf(links), disk: (id, disk) => member(id).hurtDisk(disk) };
}

function logOf({ id, log }: EnsembleMember): string[] {
	return log.map((line) => `[${id}] ${line}`);
}
