import type { DriverOptions, EnsembleDriver } from "../../conformance/drivers/ensemble-driver.js";
import { startNamespacesDriver } from "./process-driver.js";

/** Apache ZooKeeper 3.8.0, each server in a network namespace of its own; takes root: `--driver module:…`. */
export function createDriver(options: DriverOptions): Promise<EnsembleDriver> {
	return startNamespacesDriver(["apache-3.8.0"], options);
}
