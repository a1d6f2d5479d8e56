import path from "node:path";
import { pathToFileURL } from "node:url";
import { readFaults } from "../../../spec/load/faults.js";
import { type Address, Connection } from "../../client/connection.js";
import { startBundledDriver } from "../../drivers/bundled-driver.js";
import { startCommandsDriver } from "../../drivers/commands-driver.js";
import type { DriverModule, FaultKind } from "../../drivers/ensemble-driver.js";
import { startExternalDriver } from "../../drivers/external-driver.js";
import { faultKindOf } from "../../drivers/fault-problem.js";
import { processKinds } from "../../drivers/hurt-ensemble.js";
import type { Workload } from "../../workload/workload.js";
import { UsageError } from "../exit-code.js";
import { type House, houseOf, simulatedHouse } from "./stage.js";
import type { WorkloadOptions } from "./workload-options.js";

const processFaults: ReadonlySet<FaultKind> = new Set(processKinds);

/**
 * Starts, or finds, the ensemble that the command line means.
 * @throws UsageError for a driver that is none, ConnectError when no server of a target takes a connection
 */
export async function openHouse(options: WorkloadOptions, workloads: readonly Workload[]): Promise<House> {
	const { driver, servers, target, faults } = options;
	if (target !== undefined) {
		await mustAccept(target);
		if (typeof faults !== "string") return houseOf(await startExternalDriver(target));
		return houseOf(await startCommandsDriver(target, readFaults(faults)));
	}
	const file = /^module:(.+)$/.exec(driver ?? "")?.[1];
	if (file !== undefined)
		return houseOf(await (await loadDriverModule(file)).createDriver({ servers, observers: 0, settings: {} }));
	if (driver === undefined || driver === "bundled") {
		const kinds = workloads.flatMap(kindsOf);
		const hurt = kinds.every((kind) => processFaults.has(kind)) ? "processes" : "everything";
		return houseOf(await startBundledDriver({ servers, hurt }));
	}
	if (driver === "simulator") return simulatedHouse(servers);
	throw new UsageError(`--driver ${driver}: expected bundled, simulator, external or module:FILE`);
}

const connectTimeoutMs = 5000;

/** Nobody is to wait long for servers that are not there; one that answers is enough. */
async function mustAccept(target: readonly Address[]): Promise<void> {
	const tried = await Promise.allSettled(target.map((address) => Connection.open(address, { connectTimeoutMs })));
	for (const each of tried) if (each.status === "fulfilled") each.value.destroy();
	const refused = tried.find((each) => each.status === "rejected");
	if (refused !== undefined && tried.every(({ status }) => status === "rejected")) throw refused.reason;
}

function kindsOf({ faults }: Workload): readonly FaultKind[] {
	if (faults.type === "none") return [];
	const choices = faults.type === "drawn" ? faults.choices : faults.schedule;
	return choices.map((choice) => faultKindOf(choice.do));
}

/** @throws UsageError for a file that can not be loaded or makes no driver */
export async function loadDriverModule(file: string): Promise<DriverModule> {
	let found: Partial<DriverModule>;
	try {
		found = (await import(pathToFileURL(path.resolve(file)).href)) as Partial<DriverModule>;
	} catch (error) {
		throw new UsageError(`--driver module:${file} can not be loaded: ${(error as Error).message}`);
	}
	const { createDriver } = found;
	if (typeof createDriver !== "function") throw new UsageError(`--driver module:${file} has no createDriver`);
	return { createDriver };
}
