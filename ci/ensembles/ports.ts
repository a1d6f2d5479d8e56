import { once } from "node:events";
import { createServer, type Server } from "node:net";

/** Below the range from which systems take ports for outgoing connections: nobody gets one of these by chance. */
const lowest = 11_000;
const count = 20_000;

/** Free ports of the loopback address, no two the same; all were held until all were found. */
export async function reservePorts(wanted: number): Promise<number[]> {
	const held: Server[] = [];
	const ports: number[] = [];
	for (let port = lowest + Math.floor(Math.random() * count); ports.length < wanted; port++) {
		const server = await maybeListen(lowest + ((port - lowest) % count));
		if (server === undefined) continue;
		held.push(server);
		ports.push(lowest + ((port - lowest) % count));
	}
	await Promise.all(held.map((server) => once(server.close(), "close")));
	return ports;
}

function maybeListen(port: number): Promise<Server | undefined> {
	return new Promise((resolve) => {
		const server = createServer();
		server.once("error", () => resolve(undefined));
		server.listen(port, "127.0.0.1", () => resolve(server));
	});
}
