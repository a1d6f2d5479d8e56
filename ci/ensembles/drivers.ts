import { startBundledDriver } from "../../conformance/drivers/bundled-driver.js";
import type { DriverOptions, EnsembleDriver } from "../../conformance/drivers/ensemble-driver.js";
import type { Kind } from "./member.js";
import { mustBeAvailable, mustHaveNamespaces, startNamespacesDriver, startProcessDriver } from "./process-driver.js";

interface Driver {
	start(options: DriverOptions): Promise<EnsembleDriver>;
	/** @throws UnavailableError when it can not be started here */
	check(): void;
}

function processes(...kinds: Kind[]): Driver {
	return { start: (options) => startProcessDriver(kinds, options), check: () => mustBeAvailable(kinds) };
}

function namespaces(...kinds: Kind[]): Driver {
	const check = (): void => {
		mustBeAvailable(kinds);
		mustHaveNamespaces();
	};
	return { start: (options) => startNamespacesDriver(kinds, options), check };
}

/** All that start an ensemble of their own. */
const drivers: Readonly<Record<string, Driver>> = {
	bundled: { start: startBundledDriver, check: () => undefined },
	"apache-3.8.0": processes("apache-3.8.0"),
	"apache-3.9.6": processes("apache-3.9.6"),
	mixed: processes("apache-3.8.0", "ours"),
	namespaces: namespaces("ours"),
	"apache-3.8.0-namespaces": namespaces("apache-3.8.0"),
};

export const driverNames: readonly string[] = Object.keys(drivers);

export function mustFindDriver(name: string): Driver {
	const driver = drivers[name];
	if (driver === undefined) throw new Error(`no driver ${name}; there are ${driverNames.join(", ")}`);
	return driver;
}

export function startDriver(name: string, observers = 0): Promise<EnsembleDriver> {
	return mustFindDriver(name).start({ servers: 3, observers, settings: {} });
}
