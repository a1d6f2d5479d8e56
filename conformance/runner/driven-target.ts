import { bundledSettings } from "../drivers/bundled.js";
import type { DriverModule, EnsembleDriver } from "../drivers/ensemble-driver.js";
import type { bundledEnsembles, bundledTarget } from "./bundled-target.js";
import type { Ensembles } from "./ensembles.js";
import { startPatiently } from "./patient-start.js";
import { loadDriverModule } from "./workload/driver-choice.js";

/** What starts the servers to examine. */
export interface Targets {
	readonly bundledTarget: typeof bundledTarget;
	readonly bundledEnsembles: typeof bundledEnsembles;
}

/** On a busy machine no server may give its leader up, and no session end, only because somebody was slow. */
const settings = { ...bundledSettings, initLimit: "60", syncLimit: "30", maxSessionTimeout: "40000" };

/** An ensemble that somebody else runs, and that can be hurt. */
export function givenEnsemble(driver: EnsembleDriver): Ensembles {
	return {
		abilities: driver.abilities,
		own: false,
		isTarget: () => true,
		lanes: 1,
		open: () => Promise.resolve(driver),
		close: () => Promise.resolve(),
	};
}

/**
 * Simulated ensembles, each drawn from the next seed: this process lives in their time until the first of them stops.
 */
async function simulatedDrivers(seed: number): Promise<DriverModule> {
	// Only who asks for it loads the reference.
	const { SimulatedEnsemble } = await import("../simulated/simulated-ensemble.js");
	let next = seed;
	return {
		createDriver: async (options) => {
			// Scenarios wait for what is due by the wall clock, such as the end of a TTL.
			const driver = new SimulatedEnsemble({ ...options, seed: next++, wallSkewMsMax: 0 });
			try {
				await driver.drive(driver.serves());
			} catch (error) {
				await driver.stop();
				throw error;
			}
			return driver;
		},
	};
}

/**
 * Targets that a driver starts, `simulator` or a file with one of the user's, with the settings of the bundled servers.
 * The first of them is both examined and hurt: servers that take seconds to start are not started twice.
 * @throws UsageError for a file that can not be loaded or makes no driver
 */
export async function drivenTargets(name: string, seed: number): Promise<Targets> {
	const { createDriver } = await (name === "simulator" ? simulatedDrivers(seed) : loadDriverModule(name));
	let first: EnsembleDriver | undefined;
	return {
		bundledTarget:
			({ servers, observers }) =>
			async () => {
				const driver = await createDriver({ servers, observers, settings });
				first ??= driver;
				return {
					addresses: driver.members.map(({ address }) => address),
					log: () => [],
					during: (work) => driver.drive?.(work) ?? work,
					stop: () => driver.stop(),
				};
			},
		bundledEnsembles: ({ servers, observers }) => ({
			abilities: first?.abilities ?? new Set(),
			own: true,
			isTarget: (driver) => driver === first,
			lanes: 1,
			open: async (needs) => {
				if (needs === undefined && first !== undefined) return first;
				return startPatiently(() =>
					createDriver({
						servers: needs?.servers ?? servers,
						observers: needs?.observers ?? observers,
						settings: { ...settings, ...needs?.settings },
					}),
				);
			},
			close: (driver) => (driver === first ? Promise.resolve() : driver.stop()),
		}),
	};
}
