import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { LoadPlan, LoadResult } from "./contract.js";
import { runLoad } from "./run-load.js";

type Mix = Pick<LoadPlan["mix"], "getData" | "setData">;

/** Measures the load generator itself, on a server that does nothing and is a process of its own. */
export async function measureSelf(
	plan: Omit<LoadPlan, "addresses" | "root" | "mix"> & { mix: Mix },
): Promise<LoadResult> {
	const child = fork(fileURLToPath(new URL("null-server-main.js", import.meta.url)), { execArgv: [] });
	try {
		child.send(plan);
		const [{ port }] = (await once(child, "message")) as [{ readonly port: number }];
		return await runLoad({ ...plan, addresses: [{ host: "127.0.0.1", port }], root: "/self" });
	} finally {
		child.kill("SIGKILL");
	}
}
