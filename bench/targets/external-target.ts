import type { Address } from "../../conformance/client/connection.js";
import { askedRole } from "./asked-role.js";
import type { Target } from "./target.js";

/** Nobody answers there. */
export class NotServedError extends Error {
	override readonly name = "NotServedError";
}

/**
 * Servers that somebody else runs.
 * @throws NotServedError when one of them does not serve
 */
export async function externalTarget(addresses: readonly Address[]): Promise<Target> {
	const roles = () => Promise.all(addresses.map(askedRole));
	const silent = (await roles()).indexOf(undefined);
	const { host, port } = addresses[silent] ?? {};
	if (host !== undefined) throw new NotServedError(`${host}:${port} does not serve: it says no role when asked "srvr"`);
	return {
		subject: "target",
		addresses,
		roles,
		usages: () => addresses.map(() => undefined),
		hands: undefined,
		folder: undefined,
		stop: async () => undefined,
	};
}
