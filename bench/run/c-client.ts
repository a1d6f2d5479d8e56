import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import type { Address } from "../../conformance/client/connection.js";
import { packageRoot } from "../../spec/load/package-root.js";
import type { LoadPlan } from "../load/contract.js";

const run = promisify(execFile);
const source = path.join(packageRoot, "bench", "run", "c-client", "get-data.c");
const header = path.join("include", "zookeeper", "zookeeper.h");

/** ZooKeeper's C client can not be built or run here. */
export class NoCClientError extends Error {
	override readonly name = "NoCClientError";
}

export interface CClientResult {
	readonly operationsPerSecond: number;
	readonly cpuMicrosPerOperation: number;
}

/**
 * Builds a small load on ZooKeeper's own C client (the threaded one) in this folder, and gives the program.
 * @param prefix where `include/zookeeper/zookeeper.h` is; the library is looked for there and where the system has its own
 * @throws NoCClientError with what is missing
 */
export async function buildCClient(folder: string, prefix: string): Promise<string> {
	if (!existsSync(path.join(prefix, header))) {
		throw new NoCClientError(`${path.join(prefix, header)} is not there; Debian has it in libzookeeper-mt-dev`);
	}
	const program = path.join(folder, "get-data");
	const places = [`-I${path.join(prefix, "include")}`, `-L${path.join(prefix, "lib")}`];
	try {
		await run("cc", ["-O2", ...places, source, "-l:libzookeeper_mt.so.2", "-lpthread", "-o", program]);
	} catch (error) {
		throw new NoCClientError(`the C compiler did not build it: ${(error as Error).message}`);
	}
	return program;
}

/** Reads with the program's sessions as the plan says; what servers answer is only compared in its length. */
export async function runCClient(program: string, address: Address, plan: LoadPlan): Promise<CClientResult> {
	const window = plan.arrival.kind === "closed" ? plan.arrival.window : 1;
	const numbers = [plan.keys.count, plan.sessions, window, plan.warmUpMs, plan.measureMs].map(String);
	const { stdout } = await run(program, [`${address.host}:${address.port}`, plan.root, ...numbers]);
	const said = JSON.parse(stdout) as Readonly<Record<"operations" | "cpuMicros" | "wrong", number>>;
	if (said.wrong > 0) throw new NoCClientError(`${said.wrong} of its requests went wrong`);
	return {
		operationsPerSecond: (said.operations * 1000) / plan.measureMs,
		cpuMicrosPerOperation: said.cpuMicros / said.operations,
	};
}
