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
	readonly #ports: AsyncGenerator<number, void>;

	constructor(among: PortRange = range) {
		this.#ports = portsOf(among);
	}

	/**
	 * Ports of the loopback address on which nobody listens, all different, as all of them are held until all are found.
	 * @throws Error when there are hardly any
	 */
	async find(count: number): Promise<readonly number[]> {
		const held = new Map<number, Server>();
		try {
			for (let tries = 0; held.size < count; tries++) {
				if (tries === triesMax + count) throw new Error(`no ${count} free ports in ${triesMax} tries`);
				const { value: port } = await this.#ports.next();
				if (port === undefined) throw new Error("other processes have all ports");
				const server = await maybeListen(port);
				if (server !== undefined) held.set(port, server);
			}
			return [...held.keys()];
		} finally {
			await Promise.all([...held.values()].map((server) => once(server.close(), "close")));
		}
	}
}

/** Block by block; from the first one again where others have the rest. Ends where they have all. */
async function* portsOf({ first, count, blockSize }: PortRange): AsyncGenerator<number, void> {
	const blocks = Math.floor(count / blockSize);
	const own: number[] = [];
	do {
		for (let i = 0; i < blocks; i++) {
			const guarded = first + ((Math.floor(begin * blocks) + i) % blocks) * blockSize;
			const guard = await maybeListen(guarded);
			if (guard === undefined) continue;
			guard.unref();
			const block = Array.from({ length: blockSize - 1 }, (_, at) => guarded + 1 + at);
			own.push(...block);
			yield* block;
		}
		yield* own;
	} while (own.length > 0);
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
