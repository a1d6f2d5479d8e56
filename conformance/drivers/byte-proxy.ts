import { once } from "node:events";
import { createServer, type Server } from "node:net";
import type { Address } from "../client/connection.js";
import type { Translate } from "./byte-pump.js";
import { findFreePorts } from "./free-ports.js";
import { type Cut, type Direction, ProxiedConnection } from "./proxied-connection.js";

const directions: readonly Direction[] = ["toServer", "toClient"];
const host = "127.0.0.1";

export interface ByteProxyOptions {
	/** For each connection: what becomes of the bytes that go to the server. */
	translator?(): Translate;
	/**
	 * For so long a server that is not there is tried again before the client is reset, as if packets had been lost; 0 if
	 * not given. A proxy can not refuse before it has asked: who would try again when refused must not be turned away.
	 */
	readonly patienceMs?: number;
}

/** Stands before a port and passes on what goes through, or does not: what networks do, and nothing else. */
export class ByteProxy {
	/** Where to connect instead. */
	readonly address: Address;
	readonly #home: Address;
	readonly #connections = new Set<ProxiedConnection>();
	readonly #weathers = { toServer: { held: false, delayMs: 0 }, toClient: { held: false, delayMs: 0 } };
	readonly #options: ByteProxyOptions;
	#server: Server | undefined;
	#target: Address;

	static async open(target: Address, options: ByteProxyOptions = {}): Promise<ByteProxy> {
		const [port = 0] = await findFreePorts(1);
		return new ByteProxy(await listening(port), { host, port }, target, options);
	}

	private constructor(server: Server, address: Address, target: Address, options: ByteProxyOptions) {
		this.#options = options;
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
	cut(after?: Cut): void {
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
			const { translator, patienceMs = 0 } = this.#options;
			const route = { target: this.#target, weathers: this.#weathers, translate: translator?.(), patienceMs };
			const connection = new ProxiedConnection(client, route, over);
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
