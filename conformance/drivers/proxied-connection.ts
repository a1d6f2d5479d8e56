import { connect, type Socket } from "node:net";
import type { Address } from "../client/connection.js";
import { BytePump, type Weather } from "./byte-pump.js";

/** Of what is sent: requests, or replies and events. */
export type Direction = "toServer" | "toClient";

export type Weathers = Readonly<Record<Direction, Weather>>;

/** One client's connection through a proxy, and the one to the server that belongs to it. */
export class ProxiedConnection {
	readonly #client: Socket;
	readonly #target: Address;
	readonly #weathers: Weathers;
	readonly #onOver: () => void;
	readonly #pumps: { toServer: BytePump; toClient?: BytePump };
	#server: Socket | undefined;

	constructor(client: Socket, target: Address, weathers: Weathers, onOver: () => void) {
		this.#client = client;
		this.#target = target;
		this.#weathers = weathers;
		this.#onOver = onOver;
		this.#pumps = { toServer: new BytePump(client, weathers.toServer, () => this.#end()) };
		// "close" follows, which says all there is to say.
		client.on("error", () => undefined);
		// Who gave up before there was a connection never had one.
		client.on("end", () => this.#server === undefined && client.destroy());
		client.on("close", () => this.#closed());
		this.flow();
	}

	/** To be called when the weather has changed: sends what may go. */
	flow(): void {
		const { toServer, toClient } = this.#weathers;
		// A connection takes packets in both directions to come about.
		if (!toServer.held && !toClient.held) this.#reachServer();
		this.#pumps.toServer.flow();
		this.#pumps.toClient?.flow();
	}

	/** Ends both sides, at once or when this many more bytes have arrived. */
	cut(after?: { readonly bytes: number; readonly direction: Direction }): void {
		if (after === undefined || after.bytes === 0) this.#end();
		else this.#pumps[after.direction]?.cutAfter(after.bytes);
	}

	#end(): void {
		this.#pumps.toServer.stop();
		this.#pumps.toClient?.stop();
		this.#client.destroy();
		this.#server?.destroy();
	}

	#reachServer(): void {
		if (this.#server !== undefined || this.#client.destroyed) return;
		const server = connect({ ...this.#target, allowHalfOpen: true, noDelay: true });
		this.#server = server;
		this.#pumps.toClient = new BytePump(server, this.#weathers.toClient, () => this.#end());
		this.#pumps.toClient.leadTo(this.#client);
		this.#pumps.toServer.leadTo(server);
		server.on("error", () => undefined);
		server.on("close", () => this.#closed());
	}

	#closed(): void {
		if (this.#client.destroyed && (this.#server?.destroyed ?? true)) this.#onOver();
	}
}
