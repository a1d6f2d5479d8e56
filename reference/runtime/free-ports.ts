import { once } from "node:events";
import { createServer } from "node:net";
import { exitCodes, StartError } from "./exit-codes.js";

/**
 * Below what systems hand out for outgoing connections, so that nobody gets one in passing before it is used, and below
 * what the conformance suite takes for servers that it starts and ends.
 */
const range = { first: 10_000, count: 6_000 };
const attemptsMax = 1000;

/**
 * What one process has found and not used yet, another one must not find: each goes through the range from a place of its
 * own, and processes that are started one after the other begin far apart.
 */
let looked = Math.floor(((process.pid * 0.618_033_988_749_895) % 1) * range.count);

/**
 * Ports of the loopback address on which nobody listens, all different.
 * @throws StartError when there are none
 */
export async function findFreePorts(count: number): Promise<number[]> {
	const found = new Set<number>();
	for (let i = 0; found.size < count; i++) {
		if (i > attemptsMax + count) throw new StartError(exitCodes.unexpected, `there are no ${count} free ports`);
		const port = range.first + (looked++ % range.count);
		if (!found.has(port) && (await isFree(port))) found.add(port);
	}
	return [...found];
}

async function isFree(port: number): Promise<boolean> {
	const server = createServer().listen({ port, host: "127.0.0.1", exclusive: true });
	try {
		await once(server, "listening");
	} catch {
		return false;
	}
	server.close();
	await once(server, "close");
	return true;
}
