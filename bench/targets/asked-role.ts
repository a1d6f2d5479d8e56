import { maybeStatus } from "../../ci/ensembles/status.js";
import type { Address } from "../../conformance/client/connection.js";
import type { Role } from "./target.js";

const roles: ReadonlySet<string> = new Set<Role>(["leader", "follower", "observer", "standalone"]);

/** What it says that it is; undefined while it serves nobody. */
export async function askedRole(address: Address): Promise<Role | undefined> {
	const mode = (await maybeStatus(address))?.mode;
	return mode !== undefined && roles.has(mode) ? (mode as Role) : undefined;
}
