import { connect, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import type { Address } from "../client/connection.js";
import { BytePump, type Translate, type Weather } from "./byte-pump.js";

/** Of what is sent: requests, or replies and events. */
export type Direction = "toServer" | "toClient";

export interface Route {
	readonly target: Address;
	readonly weathers: Readonly<Record<Direction, Weather>>;
	/** Of what is sent to the server. */
	readonly translate: Translate | undefined;
	/** For so long a server that is not there is tried again. */
	readonly patienceMs: number;
}

/** After this many more bytes have arrived at that side. */
export interface Cut {
	readonly bytes: number;
	readonly direction: Direction;
}

const retryMs = 20;

/** One client's connection through a proxy, and the one to the server that belongs to it. */
export class ProxiedConnection {
	readonly #client: Socket;
	readonly #route: Route;
	readonly #onOver: () => void;
	readonly #pumps: { toServer: BytePump; toClient?: BytePump };
	readonly #deadlineMs: number;
	/** Bytes to the client, asked for before there was a server to send any. */
	#cutOnceReached: number | undefined;
	#server: Socket | undefined;
	#retry: NodeJS.Timeout | undefined;

	constructor(client: Socket, route: Route, onOver: () => void) {
		this.#client = client;
		this.#route = route;
		this.#onOver = onOver;
		this.#deadlineMs = performance.now() + route.patienceMs;
		this.#pumps = { toServer: new BytePump(client, route.weathers.toServer, () => this.#end(), route.translate) };
		// "close" follows, which says all there is to say.
		client.on("error", () => undefined);
		// Who gave up before there was a connection never had one.
		client.on("end", () => this.#server === undefined && client.destroy());
		client.on("close", () => this.#closed());
		this.flow();
	}

	/** To be called when the weather has changed: sends what may go. */
	flow(): void {
		const { toServer, toClient } = this.#route.weathers;
		// A connection takes packets in both directions to come about.
		if (!toServer.held && !toClient.held) this.#reachServer();
		this.#pumps.toServer.flow();
		this.#pumps.toClient?.flow();
	}

	/** Ends both sides, at once or when this many more bytes have arrived. */
	cut(after?: Cut): void {
		if (after === undefined || after.bytes === 0) this.#end();
		else if (after.direction === "toServer") this.#pumps.toServer.cutAfter(after.bytes);
		else if (this.#pumps.toClient !== undefined) this.#pumps.toClient.cutAfter(after.bytes);
		else this.#cutOnceReached = after.bytes;
	}

	#end(): void {
		this.#pumps.toServer.stop();
		this.#pumps.toClient?.stop();
		this.#client.destroy();
		this.#server?.destroy();
	}

	#reachServer(): void {
		clearTimeout(this.#retry);
		if (this.#server !== undefined || this.#client.destroyed) return;
		const server = connect({ ...this.#route.target, allowHalfOpen: true, noDelay: true });
		this.#server = server;
		server.once("connect", () => this.#reached(server));
		server.on("error", (error: NodeJS.ErrnoException) => {
			if (error.syscall === "connect") this.#refused();
		});
		server.on("close", () => this.#closed());
	}

	#reached(server: Socket): void {
		this.#pumps.toClient = new BytePump(server, this.#route.weathers.toClient, () => this.#end());
		if (this.#cutOnceReached !== undefined) this.#pumps.toClient.cutAfter(this.#cutOnceReached);
		this.#pumps.toClient.leadTo(this.#client);
		this.#pumps.toServer.leadTo(server);
	}

	#refused(): void {
		if (performance.now() >= this.#deadlineMs) {
			this.#client.resetAndDestroy();
			return;
		}
		this.#server = undefined;
		this.#retry = setTimeout(() => this.flow(), retryMs);
	}

	#closed(): void {
		if (!this.#client.destroyed || !(this.#server?.destroyed ?? true)) return;
		clearTimeout(this.#retry);
		this.#onOver();
	}
}
