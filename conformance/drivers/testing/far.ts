import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { Address } from "../../client/connection.js";

/** A server that hands out its connections and keeps what arrives. */
export class Far {
	readonly arrived: Socket[] = [];
	readonly #server: Server;

	private constructor(server: Server) {
		this.#server = server;
		server.on("connection", (socket) => {
			socket.on("error", () => undefined);
			this.arrived.push(socket);
			server.emit("arrived");
		});
	}

	static async open(): Promise<Far> {
		const server = createServer({ allowHalfOpen: true }).listen(0, "127.0.0.1");
		await once(server, "listening");
		return new Far(server);
	}

	get address(): Address {
		const address = this.#server.address();
		assert.ok(address !== null && typeof address === "object");
		return { host: "127.0.0.1", port: address.port };
	}

	/** The next that arrives, or has not been asked for yet. */
	async next(): Promise<Socket> {
		if (this.arrived.length === 0) await once(this.#server, "arrived");
		const socket = this.arrived.shift();
		assert.ok(socket !== undefined);
		return socket;
	}

	close(): void {
		for (const socket of this.arrived) socket.destroy();
		this.#server.close();
	}
}

/** The next bytes. */
export async function data(socket: Socket): Promise<string> {
	const [bytes] = (await once(socket, "data")) as [Buffer];
	return bytes.toString();
}

/** All that arrives up to the end; the other direction stays open, unlike after `text`. */
export async function said(socket: Socket): Promise<string> {
	let heard = "";
	socket.on("data", (bytes) => {
		heard += String(bytes);
	});
	await once(socket, "end");
	return heard;
}

export async function until(holds: () => boolean | Promise<boolean>, timeoutMs = 2000): Promise<void> {
	const deadlineMs = performance.now() + timeoutMs;
	for (; !(await holds()); await sleep(2)) assert.ok(performance.now() < deadlineMs, `not within ${timeoutMs} ms`);
}

/** For what must not happen: there is no event to wait for. */
export const silence = (ms: number): Promise<void> => sleep(ms);
