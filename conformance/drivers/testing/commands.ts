import { readFaults } from "../../../spec/load/faults.js";
import type { Address } from "../../client/connection.js";
import { startCommandsDriver } from "../commands-driver.js";
import type { EnsembleDriver } from "../ensemble-driver.js";

/** For the program that is killed in the middle of hurting. */
export function startCommands(options: {
	readonly addresses: readonly Address[];
	readonly file: string;
}): Promise<EnsembleDriver> {
	return startCommandsDriver(options.addresses, readFaults(options.file));
}
