import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";

export interface FakeServer {
	/** `127.0.0.1:port` */
	readonly address: string;
	close(): Promise<void>;
}

/** A server on the loopback address that treats every connection as told. */
export async function startFake(serve: (socket: Socket) => void): Promise<FakeServer> {
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		sockets.add(socket);
		socket.on("error", () => socket.destroy());
		socket.on("close", () => sockets.delete(socket));
		serve(socket);
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	return { address: `127.0.0.1:${portOf(server)}`, close: () => closeAll(server, sockets) };
}

export function portOf(server: Server): number {
	const address = server.address();
	return typeof address === "object" && address !== null ? address.port : 0;
}

async function closeAll(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
	for (const socket of sockets) socket.destroy();
	server.close();
	await once(server, "close");
}
