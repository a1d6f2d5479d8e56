import { once } from "node:events";
import { createServer, type Server } from "node:net";

export interface PortRange {
	readonly first: number;
	readonly count: number;
	/** How many one process takes at once. */
	readonly blockSize: number;
}

/**
 * Below what systems hand out for outgoing connections, so that nobody gets one in passing before it is used; above what
 * the reference's launcher takes.
 */
const range: PortRange = { first: 16_000, count: 16_000, blockSize: 50 };
/** Processes that are started one after the other begin far apart: a share of the range. */
const begin = (process.pid * 0.618_033_988_749_895) % 1;
const triesMax = 1000;

/**
 * A server that is dead for a moment leaves its port to whoever looks for one. So everybody looks in blocks of their own:
 * who listens on the first port of a block has the rest of it, and the system gives it back however that process ends.
 */
export class PortBlocks {
	readonly #range: PortRange;
	readonly #own: number[] = [];
	readonly #unused: number[] = [];

	constructor(among: PortRange = range) {
		this.#range = among;
	}

	/**
	 * Ports of the loopback address on which nobody listens, all different; all of them are held until all are found.
	 * @throws Error when there are hardly any
	 */
	async find(count: number): Promise<readonly number[]> {
		const held = new Map<number, Server>();
		try {
			for (let tries = 0; held.size < count; tries++) {
				if (tries === triesMax + count) throw new Error(`no ${count} free ports in ${triesMax} tries`);
				const port = this.#unused.shift() ?? (await this.#claim());
				const server = held.has(port) ? undefined : await maybeListen(port);
				if (server !== undefined) held.set(port, server);
			}
			return [...held.keys()];
		} finally {
			await Promise.all([...held.values()].map((server) => once(server.close(), "close")));
		}
	}

	/** One more block, or all of one's own again where the others have the rest; gives one of its ports. */
	async #claim(): Promise<number> {
		const { count, blockSize } = this.#range;
		const blocks = Math.floor(count / blockSize);
		for (let i = 0; i < blocks; i++) {
			const first = this.#range.first + ((Math.floor(begin * blocks) + i) % blocks) * blockSize;
			const guard = await maybeListen(first);
			if (guard === undefined) continue;
			guard.unref();
			this.#own.push(first);
			return this.#take([first]);
		}
		return this.#take(this.#own);
	}

	#take(firsts: readonly number[]): number {
		for (const first of firsts) {
			for (let i = 1; i < this.#range.blockSize; i++) this.#unused.push(first + i);
		}
		const port = this.#unused.shift();
		if (port === undefined) throw new Error("other processes have all ports");
		return port;
	}
}

const blocks = new PortBlocks();

/** Ports that this process alone is given, of the loopback address, on which nobody listens; see `PortBlocks.find`. */
export function findFreePorts(count: number): Promise<readonly number[]> {
	return blocks.find(count);
}

function maybeListen(port: number): Promise<Server | undefined> {
	return new Promise((resolve) => {
		const server = createServer((socket) => socket.destroy());
		server.once("error", () => resolve(undefined));
		server.listen({ port, host: "127.0.0.1", exclusive: true }, () => resolve(server));
	});
}
