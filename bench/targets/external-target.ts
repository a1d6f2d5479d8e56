import { type Address, ConnectError, Connection } from "../../conformance/client/connection.js";
import { askedRole } from "./asked-role.js";
import type { Target } from "./target.js";

/** Nobody takes connections there. */
export class NotServedError extends Error {
	override readonly name = "NotServedError";
}

const connectTimeoutMs = 5000;

/**
 * Servers that somebody else runs; what they do not tell of themselves is not known.
 * @throws NotServedError when one of them takes no connections
 */
export async function externalTarget(addresses: readonly Address[]): Promise<Target> {
	for (const address of addresses) await knock(address);
	return {
		subject: "target",
		addresses,
		roles: () => Promise.all(addresses.map(askedRole)),
		usages: () => addresses.map(() => undefined),
		hands: undefined,
		folder: undefined,
		http: undefined,
		stop: async () => undefined,
	};
}

async function knock(address: Address): Promise<void> {
	try {
		(await Connection.open(address, { connectTimeoutMs })).destroy();
	} catch (error) {
		if (!(error instanceof ConnectError)) throw error;
		throw new NotServedError(error.message);
	}
}
