import { once } from "node:events";
import { createServer, type Server } from "node:net";

/** Below what systems hand out for outgoing connections, so that nobody gets one in passing before it is used. */
const range = { first: 10_000, count: 22_000 };
const triesMax = 1000;

/**
 * What one process has found and not used yet, another one must not find: each goes through the range from a place of its
 * own, and processes that are started one after the other begin far apart.
 */
const begin = (process.pid * 0.618_033_988_749_895) % 1;
let looked = 0;

/**
 * Ports of the loopback address on which nobody listens, all different; all of them are held until all are found.
 * @param range if it is not to be all that are suitable
 * @throws Error when there are hardly any
 */
export async function findFreePorts(count: number, { first, count: among } = range): Promise<readonly number[]> {
	const held = new Map<number, Server>();
	try {
		for (let tries = 0; held.size < count; tries++) {
			if (tries === triesMax + count) throw new Error(`no ${count} free ports in ${triesMax} tries`);
			const port = first + ((Math.floor(begin * among) + looked++) % among);
			const server = held.has(port) ? undefined : await maybeListen(port);
			if (server !== undefined) held.set(port, server);
		}
		return [...held.keys()];
	} finally {
		await Promise.all([...held.values()].map((server) => once(server.close(), "close")));
	}
}

function maybeListen(port: number): Promise<Server | undefined> {
	return new Promise((resolve) => {
		const server = createServer();
		server.once("error", () => resolve(undefined));
		server.listen({ port, host: "127.0.0.1", exclusive: true }, () => resolve(server));
	});
}
