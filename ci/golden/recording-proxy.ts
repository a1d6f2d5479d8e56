import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import type { Address } from "../../conformance/client/connection.js";
import { FrameInbox } from "../../conformance/client/frame-inbox.js";

export interface Recorded {
	/** Counts connections from 0. */
	readonly connection: number;
	readonly direction: "sent" | "received";
	readonly bytes: Uint8Array;
}

/** Stands between a client and a server and keeps every message of both. */
export class RecordingProxy {
	readonly recorded: Recorded[] = [];
	readonly #target: Address;
	readonly #server: Server;
	readonly #sockets = new Set<Socket>();
	#connections = 0;

	constructor(target: Address) {
		this.#target = target;
		this.#server = createServer((client) => this.#join(client));
	}

	/** The port on which the proxy listens. */
	async listen(): Promise<number> {
		this.#server.listen(0, "127.0.0.1");
		await once(this.#server, "listening");
		return (this.#server.address() as AddressInfo).port;
	}

	/** Drops all connections, as a network failure does. */
	cut(): void {
		for (const socket of this.#sockets) socket.destroy();
	}

	close(): void {
		this.#server.close();
		this.cut();
	}

	#join(client: Socket): void {
		const connection = this.#connections++;
		const server = connect(this.#target);
		this.#pass(client, server, connection, "sent");
		this.#pass(server, client, connection, "received");
	}

	#pass(from: Socket, to: Socket, connection: number, direction: Recorded["direction"]): void {
		const inbox = new FrameInbox();
		this.#sockets.add(from);
		from.on("data", (chunk: Buffer) => {
			for (const { bytes } of inbox.add(chunk, 0)) this.recorded.push({ connection, direction, bytes });
			to.write(chunk);
		});
		from.on("error", () => to.destroy());
		from.on("close", () => {
			this.#sockets.delete(from);
			to.destroy();
		});
	}
}
