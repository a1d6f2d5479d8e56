import { createServer, type Server, type Socket } from "node:net";

/** Where to listen, and how long to try. */
export interface DoorPlace {
	/** 0: any free port. */
	readonly port: number;
	/** Undefined: all addresses. */
	readonly host: string | undefined;
	readonly backlog: number;
	/** Binds again after a second until this many attempts have failed. */
	readonly attempts: number;
}

export interface DoorEvents {
	onSocket(socket: Socket): void;
	/** The port, which matters when 0 was asked for. */
	onPort(port: number): void;
	/** Every attempt failed; nothing listens. */
	onError(error: Error): void;
}

const retryPauseMs = 1000;

/** One port that is listened on, until it is closed. */
export class Listener {
	readonly #at: DoorPlace;
	readonly #events: DoorEvents;
	#server: Server | undefined;
	#retry: NodeJS.Timeout | undefined;

	constructor(at: DoorPlace, events: DoorEvents) {
		this.#at = at;
		this.#events = events;
		this.#bind(1);
	}

	/** Links that were accepted stay. */
	close(): void {
		clearTimeout(this.#retry);
		this.#server?.close();
	}

	#bind(attempt: number): void {
		const { port, host, backlog, attempts } = this.#at;
		const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#events.onSocket(socket));
		this.#server = server;
		server.on("error", (error) => {
			if (attempt >= attempts) this.#events.onError(error);
			else this.#retry = setTimeout(() => this.#bind(attempt + 1), retryPauseMs);
		});
		server.listen({ port, backlog, ...(host !== undefined && { host }) }, () => {
			const address = server.address();
			this.#events.onPort(typeof address === "object" && address !== null ? address.port : port);
		});
	}
}
