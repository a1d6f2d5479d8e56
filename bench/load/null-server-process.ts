import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Address } from "../../conformance/client/connection.js";
import type { LoadPlan } from "./contract.js";

/** What a null server has to know of a load. */
export type NullPlan = Pick<LoadPlan, "values" | "seed" | "keys">;

/** Gives the address of a null server, a process of its own, to who uses it; it ends with that, or with this process. */
export async function withNullServer<T>(plan: NullPlan, use: (address: Address) => Promise<T>): Promise<T> {
	const child = fork(fileURLToPath(new URL("null-server-main.js", import.meta.url)), { execArgv: [] });
	try {
		child.send(plan);
		const [{ port }] = (await once(child, "message")) as [{ readonly port: number }];
		return await use({ host: "127.0.0.1", port });
	} finally {
		child.kill("SIGKILL");
	}
}
