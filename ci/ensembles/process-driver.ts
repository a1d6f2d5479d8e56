import { ClientDoors } from "../../conformance/drivers/client-doors.js";
import type { DriverOptions, EnsembleDriver } from "../../conformance/drivers/ensemble-driver.js";
import { factsOf } from "../../conformance/drivers/facts.js";
import { type Hands, networkOf } from "../../conformance/drivers/hands.js";
import { HurtEnsemble } from "../../conformance/drivers/hurt-ensemble.js";
import { unavailable } from "../peers/class-path.js";
import { Ensemble } from "./ensemble.js";
import type { Kind } from "./member.js";

/** That kind of server can not be started here. */
export class UnavailableError extends Error {
	override readonly name = "UnavailableError";
}

/** As the bundled ensembles have them, so that the same workloads fit. */
const driverSettings = { tickTime: "500", minSessionTimeout: "1000", maxSessionTimeout: "10000", initLimit: "20" };

/**
 * Starts an ensemble of processes, all of one kind or one after the other of these, with a proxy before every port, and
 * waits until it serves.
 * @throws UnavailableError
 */
export async function startProcessDriver(kinds: readonly Kind[], options: DriverOptions): Promise<EnsembleDriver> {
	for (const kind of kinds) mustBeAvailable(kind);
	const settings = { ...driverSettings, ...options.settings };
	const kindOf = (at: number): Kind => kinds[at % kinds.length] ?? "ours";
	const wishes = Array.from({ length: options.servers + options.observers }, (_, at) => {
		const role = at < options.servers ? ("participant" as const) : ("observer" as const);
		return { kind: kindOf(at), role };
	});
	const ensemble = await Ensemble.create(wishes, { settings, parted: true });
	const members = ensemble.members.map(({ id, place: { role, clientPort: port } }) => ({
		id,
		votes: role === "participant",
		address: { host: "127.0.0.1", port },
	}));
	const driver = new HurtEnsemble({
		name: [...new Set(kinds)].join(" and ").replaceAll("-", " "),
		members,
		facts: factsOf(settings),
		hands: handsOf(ensemble),
		doors: await ClientDoors.open(members),
	});
	try {
		ensemble.startAll();
		await ensemble.serving();
	} catch (error) {
		await driver.stop();
		throw error;
	}
	return driver;
}

function mustBeAvailable(kind: Kind): void {
	const reason = kind === "ours" ? undefined : unavailable(kind.slice("apache-".length));
	if (reason !== undefined) throw new UnavailableError(reason);
}

function handsOf(ensemble: Ensemble): Hands {
	const { links } = ensemble;
	return {
		isRunning: (id) => ensemble.member(id).isRunning,
		kill: (id) => ensemble.member(id).kill(),
		stop: (id) => ensemble.member(id).stop(),
		start: async (id) => ensemble.start(ensemble.member(id)),
		pause: async (id) => ensemble.member(id).pause(),
		resume: async (id) => ensemble.member(id).resume(),
		...(links === undefined ? {} : { network: networkOf(links) }),
		stopAll: async () => {
			await ensemble.remove();
		},
	};
}
