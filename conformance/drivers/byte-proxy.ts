import { once } from "node:events";
import { createServer, type Server } from "node:net";
import type { Address } from "../client/connection.js";
import { type Direction, ProxiedConnection } from "./proxied-connection.js";

const directions: readonly Direction[] = ["toServer", "toClient"];
const host = "127.0.0.1";

/** Stands before a port and passes on what goes through, or does not: what networks do, and nothing else. */
export class ByteProxy {
	/** Where to connect instead. */
	readonly address: Address;
	readonly #home: Address;
	readonly #connections = new Set<ProxiedConnection>();
	readonly #weathers = { toServer: { held: false, delayMs: 0 }, toClient: { held: false, delayMs: 0 } };
	#server: Server | undefined;
	#target: Address;

	/** @param port of the loopback address; any free one if it is not given */
	static async open(target: Address, port = 0): Promise<ByteProxy> {
		const server = await listening(port);
		const address = server.address();
		if (address === null || typeof address === "string") throw new Error("a listening server has a port");
		return new ByteProxy(server, { host, port: address.port }, target);
	}

	private constructor(server: Server, address: Address, target: Address) {
		this.address = address;
		this.#home = target;
		this.#target = target;
		this.#serve(server);
	}

	/** Connections that clients hold open, whether or not anything passes. */
	get connectionCount(): number {
		return this.#connections.size;
	}

	/** Ends all open connections, at once or when this many more bytes have arrived. */
	cut(after?: { readonly bytes: number; readonly direction: Direction }): void {
		for (const connection of this.#connections) connection.cut(after);
	}

	/** From now on; what is under way comes when it was due. */
	delay(delayMs: number): void {
		for (const direction of directions) this.#weathers[direction].delayMs = delayMs;
	}

	/** Nothing passes any more, no end either; new connections are taken and go nowhere. */
	hold(held: readonly Direction[] = directions): void {
		for (const direction of held) this.#weathers[direction].held = true;
	}

	/** Ends `hold`: what was said meanwhile arrives, as from a network that has tried again and again. */
	release(): void {
		for (const direction of directions) this.#weathers[direction].held = false;
		for (const connection of this.#connections) connection.flow();
	}

	/** New connections find nobody; open ones stay. */
	refuse(): void {
		// Its "close" comes only when the open connections are over; the port is given back at once.
		this.#server?.close();
		this.#server = undefined;
	}

	/** Ends `refuse`. */
	async accept(): Promise<void> {
		if (this.#server === undefined) this.#serve(await listening(this.address.port));
	}

	/** Who connects comes out there from now on; open connections end, as they can not go along. */
	leadTo(target: Address): void {
		this.#target = target;
		this.cut();
	}

	/** Ends `leadTo`; open connections stay where they are. */
	leadHome(): void {
		this.#target = this.#home;
	}

	/** Ends all connections and gives the port back. */
	close(): void {
		this.refuse();
		this.cut();
	}

	#serve(server: Server): void {
		this.#server = server;
		server.on("connection", (client) => {
			const over = (): boolean => this.#connections.delete(connection);
			const connection = new ProxiedConnection(client, this.#target, this.#weathers, over);
			this.#connections.add(connection);
		});
		// Such as too many open files: one connection is lost, the door stays.
		server.on("error", () => undefined);
	}
}

async function listening(port: number): Promise<Server> {
	const server = createServer({ allowHalfOpen: true, noDelay: true }).listen({ port, host, exclusive: true });
	await once(server, "listening");
	return server;
}
