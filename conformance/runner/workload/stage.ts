import type { Address } from "../../client/connection.js";
import type { EnsembleDriver, FaultKind } from "../../drivers/ensemble-driver.js";
import { nodePlatform } from "../../workload/node-platform.js";
import type { Platform } from "../../workload/platform.js";
import { randomRoot } from "./root-name.js";

/** Where one run takes place. */
export interface Stage {
	readonly driver: EnsembleDriver;
	readonly platform: Platform;
	/** Where a run may put its nodes. */
	readonly root: string;
	/** The outcome of a run; of a simulated one, its simulator's own finding when that comes first. */
	drive<T>(work: Promise<T>): Promise<T>;
}

/** Where all runs of a program take place, one after the other. */
export interface House {
	/** For people. */
	readonly name: string;
	readonly servers: readonly string[];
	readonly facts: EnsembleDriver["facts"];
	readonly abilities: ReadonlySet<FaultKind>;
	/** Where they can be asked what they are; none in simulated time. */
	readonly addresses: readonly Address[];
	stageOf(seed: number): Stage;
	stop(): Promise<void>;
}

/** An ensemble that is there for all of them. */
export function houseOf(driver: EnsembleDriver): House {
	const { name, members, facts, abilities } = driver;
	const addresses = members.map(({ address }) => address);
	return {
		name,
		facts,
		abilities,
		addresses,
		servers: addresses.map(({ host, port }) => `${host}:${port}`),
		stageOf: () => ({ driver, platform: nodePlatform(addresses), root: randomRoot(), drive: (work) => work }),
		stop: () => driver.stop(),
	};
}

/** A simulated ensemble for each run, drawn from its seed. */
export async function simulatedHouse(servers: number): Promise<House> {
	// Only who asks for it loads the reference.
	const { SimulatedEnsemble } = await import("../../simulated/simulated-ensemble.js");
	const model = new SimulatedEnsemble({ seed: 1, servers });
	const { name, members, facts, abilities } = model;
	await model.stop();
	return {
		name,
		facts,
		abilities,
		addresses: [],
		servers: members.map(({ id }) => `simulated ${id}`),
		stageOf: (seed) => {
			const driver = new SimulatedEnsemble({ seed, servers });
			const platform = nodePlatform(driver.members.map(({ address }) => address));
			const drive = <T>(work: Promise<T>): Promise<T> => driver.drive(work).finally(() => driver.stop());
			return { driver, platform, root: "/zkspec-000000", drive };
		},
		stop: () => Promise.resolve(),
	};
}
