import { once } from "node:events";
import { createServer } from "node:net";

/** Below what systems hand out for outgoing connections, so that nobody gets one in passing before it is used. */
const range = { first: 10_000, count: 22_000 };

/** Ports of the loopback address on which nobody listens, all different. */
export async function findFreePorts(count: number): Promise<readonly number[]> {
	const found = new Set<number>();
	while (found.size < count) {
		const port = range.first + Math.floor(Math.random() * range.count);
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
