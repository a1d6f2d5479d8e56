import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import { performance } from "node:perf_hooks";
import type { Duplex } from "node:stream";
import { EventQueue } from "../../reference/sim/event-queue.js";

type Connect = (options: net.TcpNetConnectOpts) => Duplex;

let current: Simulation | undefined;

/** The one that goes on, or a new one; everybody who enters leaves it again. */
export function enterSimulation(): Simulation {
	current ??= new Simulation();
	current.enter();
	return current;
}

/**
 * Simulated time for this whole process: its timers and clocks go by the queue, and connections to simulated hosts by whoever
 * has made these known. Programs that were written for real servers run there as they are, the same way each time. The
 * patched functions are given back when the last one has left.
 */
class Simulation {
	readonly queue = new EventQueue();
	readonly #hosts = new Map<string, Connect>();
	readonly #undo: () => void;
	#inside = 0;
	#passing: Promise<void> = Promise.resolve();

	constructor() {
		this.#undo = this.#takeOver();
	}

	enter(): void {
		if (this.#inside++ === 0) this.#passing = this.#letTimePass();
	}

	leave(): void {
		if (--this.#inside > 0) return;
		this.#undo();
		current = undefined;
	}

	/** Who takes connections to this host. */
	makeKnown(host: string, connect: Connect): void {
		this.#hosts.set(host, connect);
	}

	/** @throws what the servers threw, or the simulator's own checks, before this was settled */
	async during<T>(work: Promise<T>): Promise<T> {
		const forEver = new Promise<never>(() => undefined);
		return Promise.race([work, this.#passing.then(() => forEver)]);
	}

	/** Time passes when nobody in this process has anything more to do now. */
	async #letTimePass(): Promise<void> {
		while (this.#inside > 0) {
			await new Promise((resolve) => setImmediate(resolve));
			this.queue.step(Number.POSITIVE_INFINITY);
		}
	}

	#takeOver(): () => void {
		const { setTimeout, clearTimeout } = globalThis;
		const { now } = performance;
		const { connect } = net;
		const dateNow = Date.now;
		const startMs = dateNow();
		const { queue } = this;
		const timers = new Set<object>();
		const after = (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): object => {
			const timer = { ref: () => timer, unref: () => timer };
			timers.add(timer);
			queue.after(Math.max(1, Math.round(ms * 1000)), () => {
				if (timers.delete(timer)) callback(...args);
			});
			return timer;
		};
		const cancel = (timer: object | undefined): void => {
			// One from before is real.
			if (timer !== undefined && !timers.delete(timer)) clearTimeout(timer as NodeJS.Timeout);
		};
		Object.assign(globalThis, { setTimeout: after, clearTimeout: cancel });
		performance.now = () => queue.nowUs / 1000;
		Date.now = () => startMs + Math.floor(queue.nowUs / 1000);
		net.connect = ((options: net.TcpNetConnectOpts) =>
			this.#hosts.get(options.host ?? "")?.(options) ?? connect(options)) as typeof connect;
		syncBuiltinESMExports();
		return () => {
			Object.assign(globalThis, { setTimeout, clearTimeout });
			performance.now = now;
			Date.now = dateNow;
			net.connect = connect;
			syncBuiltinESMExports();
		};
	}
}
