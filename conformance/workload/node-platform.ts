import { connect, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import type { Address } from "../client/connection.js";
import { FrameInbox } from "../client/frame-inbox.js";
import type { Link, LinkListener, Platform, Timer } from "./platform.js";

/** Real sockets and the real clock; `servers` by the indexes that are connected to. */
export function nodePlatform(servers: readonly Address[]): Platform {
	const startMs = performance.now();
	return {
		nowUs: () => Math.round((performance.now() - startMs) * 1000),
		after: (ms, callback) => nodeTimer(ms, callback),
		connect: (server, listener) => {
			const address = servers[server];
			if (address === undefined) throw new Error(`there is no server ${server}`);
			return new SocketLink(connect({ ...address, noDelay: true }), listener);
		},
	};
}

function nodeTimer(ms: number, callback: () => void): Timer {
	const timer = setTimeout(callback, ms);
	return { cancel: () => clearTimeout(timer) };
}

/** Whole messages over a socket. What is sent in one turn of the event loop leaves as one write. */
class SocketLink implements Link {
	readonly #socket: Socket;
	readonly #listener: LinkListener;
	readonly #inbox = new FrameInbox();
	#unsent: Uint8Array[] = [];
	#isClosed = false;

	constructor(socket: Socket, listener: LinkListener) {
		this.#socket = socket;
		this.#listener = listener;
		socket.on("connect", () => {
			if (!this.#isClosed) listener.opened();
		});
		socket.on("data", (chunk: Buffer) => this.#received(chunk));
		// An error is followed by a close.
		socket.on("error", () => undefined);
		socket.on("end", () => this.#finish());
		socket.on("close", () => this.#finish());
	}

	send(body: Uint8Array): void {
		if (this.#isClosed) return;
		if (this.#unsent.length === 0) setImmediate(() => this.#flush());
		const length = Buffer.allocUnsafe(4);
		length.writeInt32BE(body.length);
		this.#unsent.push(length, body);
	}

	close(): void {
		if (this.#isClosed) return;
		this.#flush();
		this.#isClosed = true;
		this.#socket.destroy();
	}

	#flush(): void {
		if (this.#unsent.length === 0 || this.#isClosed) return;
		this.#socket.write(Buffer.concat(this.#unsent));
		this.#unsent = [];
	}

	#received(chunk: Buffer): void {
		for (const { bytes } of this.#inbox.add(chunk, 0)) {
			this.#inbox.take();
			if (this.#isClosed) return;
			this.#listener.message(bytes);
		}
	}

	#finish(): void {
		if (this.#isClosed) return;
		this.#isClosed = true;
		this.#socket.destroy();
		this.#listener.closed();
	}
}
