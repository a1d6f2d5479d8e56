import type { DriverOptions, EnsembleDriver } from "../../conformance/drivers/ensemble-driver.js";
import { startProcessDriver } from "./process-driver.js";

/** Apache ZooKeeper 3.8.0, this project's server, Apache 3.8.0 …, as processes on the loopback address: `--driver module:…`. */
export function createDriver(options: DriverOptions): Promise<EnsembleDriver> {
	return startProcessDriver(["apache-3.8.0", "ours"], options);
}
