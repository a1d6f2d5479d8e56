import { ClientDoors } from "../../conformance/drivers/client-doors.js";
import type { DriverOptions, EnsembleDriver } from "../../conformance/drivers/ensemble-driver.js";
import { factsOf } from "../../conformance/drivers/facts.js";
import { type Hands, networkOf } from "../../conformance/drivers/hands.js";
import { HurtEnsemble } from "../../conformance/drivers/hurt-ensemble.js";
import { unavailable } from "../peers/class-path.js";
import { Ensemble, type MemberWish, type Settings, tail } from "./ensemble.js";
import type { Kind } from "./member.js";
import { Namespaces, namespacesUnavailable } from "./namespaces.js";

/** That kind of server can not be started here. */
export class UnavailableError extends Error {
	override readonly name = "UnavailableError";
}

/** As the bundled ensembles have them, so that the same workloads fit. */
const driverSettings = { tickTime: "500", minSessionTimeout: "1000", maxSessionTimeout: "10000", initLimit: "20" };

/**
 * Starts an ensemble of processes, all of one kind or one after the other of these, and waits until it serves. A proxy is
 * before every port, and between every two servers that can not be reconfigured.
 * @throws UnavailableError
 */
export async function startProcessDriver(kinds: readonly Kind[], options: DriverOptions): Promise<EnsembleDriver> {
	mustBeAvailable(kinds);
	const settings = settingsOf(options);
	// Servers that reconfigure tell each other their addresses: one that learns of its proxy's would try to listen there.
	const parted = settings.reconfigEnabled !== "true";
	const ensemble = await Ensemble.create(wishesOf(kinds, options), { settings, parted });
	const { links } = ensemble;
	const stopAll = async (): Promise<void> => {
		await ensemble.remove();
	};
	const name = [...new Set(kinds)].join(" and ").replaceAll("-", " ");
	return driverOf(name, ensemble, {
		...processesOf(ensemble),
		...(links === undefined ? {} : { network: networkOf(links) }),
		stopAll,
	});
}

/**
 * The same with each server in a network namespace of its own, and nothing between them.
 * @throws UnavailableError
 */
export async function startNamespacesDriver(kinds: readonly Kind[], options: DriverOptions): Promise<EnsembleDriver> {
	mustBeAvailable(kinds);
	mustHaveNamespaces();
	const wishes = wishesOf(kinds, options);
	const network = await Namespaces.create(wishes.length);
	const ensemble = await Ensemble.create(wishes, { settings: settingsOf(options), hosts: network.hosts });
	const stopAll = async (): Promise<void> => {
		await ensemble.remove();
		await network.remove();
	};
	const name = `${[...new Set(kinds)].join(" and ").replaceAll("-", " ")} in namespaces`;
	return driverOf(name, ensemble, { ...processesOf(ensemble), network, stopAll });
}

const settingsOf = ({ settings }: DriverOptions): Settings => ({ ...driverSettings, ...settings });

function wishesOf(kinds: readonly Kind[], { servers, observers }: DriverOptions): MemberWish[] {
	return Array.from({ length: servers + observers }, (_, at) => {
		const role = at < servers ? "participant" : "observer";
		return { kind: kinds[at % kinds.length] ?? "ours", role };
	});
}

async function driverOf(name: string, ensemble: Ensemble, hands: Hands): Promise<EnsembleDriver> {
	const members = ensemble.members.map(({ id, place, address }) => {
		return { id, votes: place.role === "participant", address };
	});
	const facts = factsOf(ensemble.settings);
	const driver = new HurtEnsemble({ name, members, facts, hands, doors: await ClientDoors.open(members) });
	try {
		ensemble.startAll();
		await ensemble.serving();
	} catch (error) {
		await driver.stop();
		throw error;
	}
	return driver;
}

/** @throws UnavailableError */
export function mustBeAvailable(kinds: readonly Kind[]): void {
	for (const kind of kinds) {
		const reason = kind === "ours" ? undefined : unavailable(kind.slice("apache-".length));
		if (reason !== undefined) throw new UnavailableError(reason);
	}
}

/** @throws UnavailableError */
export function mustHaveNamespaces(): void {
	const reason = namespacesUnavailable();
	if (reason !== undefined) throw new UnavailableError(reason);
}

function processesOf(ensemble: Ensemble): Omit<Hands, "stopAll"> {
	return {
		isRunning: (id) => ensemble.member(id).isRunning,
		lastWords: (id) => tail(ensemble.member(id)),
		kill: (id) => ensemble.member(id).kill(),
		stop: (id) => ensemble.member(id).stop(),
		start: async (id) => ensemble.start(ensemble.member(id)),
		pause: (id) => ensemble.member(id).pause(),
		resume: async (id) => ensemble.member(id).resume(),
	};
}
