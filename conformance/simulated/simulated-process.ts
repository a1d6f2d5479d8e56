import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import { performance } from "node:perf_hooks";
import type { NetworkEvent } from "../../reference/host/network.js";
import type { LinkId } from "../../reference/model/ids.js";
import { hostOf, ports, type Resident } from "../../reference/sim/sim-network.js";
import type { World } from "../../reference/sim/world.js";
import { SimulatedSocket } from "./simulated-socket.js";

const hostPattern = /^simulated-(\d+)$/;
export const simulatedHostOf = (place: number): string => `simulated-${place}`;

/**
 * Makes this process live in a simulated world: timers and clocks go by simulated time, connections to simulated hosts by
 * the simulated network. Whatever is written for real servers runs there as it is, the same way each time.
 */
export class SimulatedProcess implements Resident {
	readonly isOn = true;
	readonly #world: World;
	readonly #sockets = new Map<LinkId, SimulatedSocket>();
	readonly #network;
	readonly #undo: () => void;
	#isOver = false;

	/** Takes the world's free place. Simulated time passes from now on, whenever nobody has anything to do. */
	constructor(world: World) {
		this.#world = world;
		this.#network = world.network.portOf(world.freePlace, () => undefined);
		world.network.settle(world.freePlace, this);
		this.#undo = this.#takeOver();
		void this.#letTimePass();
	}

	listens(): boolean {
		return false;
	}

	take(event: NetworkEvent): void {
		const socket = this.#sockets.get(event.link);
		if (event.type === "connected") socket?.connected();
		if (event.type === "received") socket?.received(event.bytes);
		if (event.type === "closed") socket?.over();
	}

	/** Back to real time; simulated connections are over. */
	end(): void {
		this.#isOver = true;
		this.#undo();
		for (const socket of this.#sockets.values()) socket.destroy();
	}

	/** What the servers throw, or the simulator's own checks, ends this process, as it should: nothing can be believed then. */
	async #letTimePass(): Promise<void> {
		while (!this.#isOver) {
			await new Promise((resolve) => setImmediate(resolve));
			this.#world.queue.step(Number.POSITIVE_INFINITY);
		}
	}

	#takeOver(): () => void {
		const { setTimeout, clearTimeout } = globalThis;
		const { now } = performance;
		const { connect } = net;
		const dateNow = Date.now;
		const { queue } = this.#world;
		const startMs = dateNow();
		const timers = new Set<object>();
		globalThis.setTimeout = ((callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
			const timer = { unref: () => timer, ref: () => timer, hasRef: () => true, refresh: () => timer };
			timers.add(timer);
			queue.after(Math.max(1, Math.round(ms * 1000)), () => {
				if (timers.delete(timer)) callback(...args);
			});
			return timer;
		}) as unknown as typeof setTimeout;
		globalThis.clearTimeout = ((timer: object) => {
			if (!timers.delete(timer)) clearTimeout(timer as NodeJS.Timeout);
		}) as typeof clearTimeout;
		performance.now = () => queue.nowUs / 1000;
		Date.now = () => startMs + Math.floor(queue.nowUs / 1000);
		net.connect = ((options: net.TcpNetConnectOpts) =>
			this.#maybeConnect(options) ?? connect(options)) as typeof connect;
		syncBuiltinESMExports();
		return () => {
			Object.assign(globalThis, { setTimeout, clearTimeout });
			performance.now = now;
			Date.now = dateNow;
			net.connect = connect;
			syncBuiltinESMExports();
		};
	}

	#maybeConnect({ host = "", allowHalfOpen = false }: net.TcpNetConnectOpts): SimulatedSocket | undefined {
		const place = hostPattern.exec(host)?.[1];
		if (place === undefined) return undefined;
		const link = this.#network.connect(hostOf(Number(place)), ports.client);
		const socket = new SimulatedSocket(this.#network, link, allowHalfOpen);
		this.#sockets.set(link, socket);
		socket.once("close", () => this.#sockets.delete(link));
		return socket;
	}
}
