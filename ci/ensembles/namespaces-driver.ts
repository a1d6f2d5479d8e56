import type { DriverOptions, EnsembleDriver } from "../../conformance/drivers/ensemble-driver.js";
import { startNamespacesDriver } from "./process-driver.js";

/** This project's servers, each in a network namespace of its own; takes root: `--driver module:…`. */
export function createDriver(options: DriverOptions): Promise<EnsembleDriver> {
	return startNamespacesDriver(["ours"], options);
}
