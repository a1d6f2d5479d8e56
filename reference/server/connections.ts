import type { LinkId } from "../model/ids.js";
import type { ServerConfig } from "./config.js";
import { Connection, type Waiting } from "./connection.js";
import type { ServerEffects } from "./contract.js";

const none: readonly Connection[] = [];

/** The links that are open, and how much work is waiting on them. */
export class Connections {
	readonly #config: ServerConfig;
	readonly #effects: ServerEffects;
	readonly #byLink = new Map<LinkId, Connection>();
	readonly #countByAddress = new Map<string, number>();
	readonly #paused = new Set<Connection>();
	/** Those of `#paused` with nothing waiting: they may go on whatever the others do. */
	readonly #relieved = new Set<Connection>();
	#outstanding = 0;

	constructor(config: ServerConfig, effects: ServerEffects) {
		this.#config = config;
		this.#effects = effects;
	}

	get count(): number {
		return this.#byLink.size;
	}

	/** Requests received and not yet answered. */
	get outstanding(): number {
		return this.#outstanding;
	}

	[Symbol.iterator](): IterableIterator<Connection> {
		return this.#byLink.values();
	}

	maybe(link: LinkId): Connection | undefined {
		return this.#byLink.get(link);
	}

	/** Undefined when there are too many already; the link is closed then. */
	maybeOpen(link: LinkId, address: string, port: number, wallMs: number): Connection | undefined {
		const { connectionsMax, clientConnectionsMax, frameBytesMax } = this.#config;
		const ofAddress = this.#countByAddress.get(address) ?? 0;
		const tooMany = connectionsMax > 0 && this.#byLink.size >= connectionsMax;
		if (tooMany || (clientConnectionsMax > 0 && ofAddress >= clientConnectionsMax)) {
			this.#effects.close(link);
			return undefined;
		}
		const connection = new Connection(link, address, port, frameBytesMax, wallMs);
		this.#byLink.set(link, connection);
		this.#countByAddress.set(address, ofAddress + 1);
		return connection;
	}

	/** What was sent still leaves; what waits is dropped. */
	close(connection: Connection): void {
		connection.ended = true;
		this.#effects.close(connection.link);
		this.#byLink.delete(connection.link);
		this.#paused.delete(connection);
		this.#relieved.delete(connection);
		this.#outstanding -= connection.waiting.length;
		const ofAddress = (this.#countByAddress.get(connection.address) ?? 1) - 1;
		if (ofAddress === 0) this.#countByAddress.delete(connection.address);
		else this.#countByAddress.set(connection.address, ofAddress);
	}

	push(connection: Connection, waiting: Waiting): void {
		this.#outstanding++;
		connection.waiting.push(waiting);
	}

	shift(connection: Connection): Waiting | undefined {
		const waiting = connection.waiting.shift();
		if (waiting === undefined) return undefined;
		this.#outstanding--;
		if (connection.paused && connection.waiting.length === 0) this.#relieved.add(connection);
		return waiting;
	}

	/** Stops reading from a link that has work waiting while there is too much of it in all. */
	pauseIfFull(connection: Connection): void {
		if (this.#outstanding <= this.#config.outstandingMax || connection.waiting.length === 0) return;
		if (connection.ended || connection.paused) return;
		connection.paused = true;
		this.#paused.add(connection);
		this.#effects.pause(connection.link);
	}

	/** Those that may go on; frames that they had received already come first. */
	takeResumable(): readonly Connection[] {
		if (this.#paused.size === 0) return none;
		const room = this.#outstanding < this.#config.outstandingMax;
		const resumable = [...(room ? this.#paused : this.#relieved)];
		this.#relieved.clear();
		for (const connection of resumable) {
			connection.paused = false;
			this.#paused.delete(connection);
			this.#effects.resume(connection.link);
		}
		return resumable;
	}
}
