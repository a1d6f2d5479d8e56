import { startMember } from "../../reference/sim/member-process.js";
import type { SimMember } from "../../reference/sim/sim-member.js";
import { drawPlan } from "../../reference/sim/swarm.js";
import { World } from "../../reference/sim/world.js";
import type { DrivenMember, EnsembleDriver, Fault, MemberRole, PerformedFault } from "../drivers/ensemble-driver.js";
import type { Platform, Timer } from "../workload/platform.js";
import { SimulatedFaults, simulatedAbilities } from "./simulated-faults.js";
import { SimulatedLinks } from "./simulated-links.js";

export interface SimulatedOptions {
	readonly seed: number;
	readonly servers: number;
	readonly observers: number;
}

/** What workloads count with: sessions of a few seconds, as the bundled ensemble allows. */
const tickMs = 500;
const pollMs = 10;

/**
 * An ensemble of the reference's own host code on a simulated network, disk and clock, with speeds and limits drawn from the
 * seed. Nothing happens but within `drive`; the same seed and the same calls give the same run. The simulator's own checks
 * run along: an error of theirs ends `drive`.
 */
export class SimulatedEnsemble implements EnsembleDriver {
	readonly name = "simulator";
	readonly abilities = simulatedAbilities;
	readonly facts = { tickTime: tickMs, minSessionTimeout: 2 * tickMs, maxSessionTimeout: 20 * tickMs, bundled: true };
	readonly members: readonly DrivenMember[];
	/** Simulated time, and connections to the members by their index. */
	readonly platform: Platform;
	readonly #world: World;
	readonly #faults: SimulatedFaults;

	constructor({ seed, servers, observers }: SimulatedOptions) {
		const plan = drawPlan(seed, { servers, observers, clients: 0, isFaultless: true });
		this.#world = new World({ ...plan, options: { ...plan.options, tickMs, weights: [] } }, startMember);
		const { network, freePlace, queue, members } = this.#world;
		const links = new SimulatedLinks(network.portOf(freePlace, () => undefined));
		network.settle(freePlace, links);
		this.#faults = new SimulatedFaults(this.#world, freePlace, servers);
		this.members = members.map(({ place }) => ({
			id: place,
			address: { host: `simulated-${place}`, port: 0 },
			votes: place <= servers,
		}));
		this.platform = {
			nowUs: () => queue.nowUs,
			after: (ms, callback) => this.#after(ms, callback),
			connect: (server, listener) => links.connect(server + 1, listener),
		};
		this.#world.start();
	}

	/** Of everything that has happened so far: equal runs have equal ones. */
	get traceHash(): string {
		return this.#world.trace.hash;
	}

	/**
	 * Lets simulated time pass until this is settled.
	 * @throws Violation when the simulator's own checks find a broken promise
	 */
	async drive<T>(work: Promise<T>): Promise<T> {
		let isSettled = false;
		const settle = (): void => {
			isSettled = true;
		};
		work.then(settle, settle);
		for (await othersRan(); !isSettled; await othersRan()) {
			if (!this.#world.queue.step(Number.POSITIVE_INFINITY))
				throw new Error("the simulation stands still: everybody waits for somebody else");
		}
		return work;
	}

	roleOf(id: number): Promise<MemberRole | undefined> {
		return Promise.resolve(roleOf(this.#world.members[id - 1]));
	}

	async perform(fault: Fault, pick: (n: number) => number): Promise<PerformedFault> {
		return this.#faults.perform(fault, pick);
	}

	async heal(): Promise<void> {
		this.#faults.heal();
		while (!this.#world.members.every((member) => roleOf(member) !== undefined))
			await new Promise<void>((resolve) => this.#after(pollMs, resolve));
	}

	stop(): Promise<void> {
		return Promise.resolve();
	}

	#after(ms: number, callback: () => void): Timer {
		let isCancelled = false;
		this.#world.queue.after(Math.round(ms * 1000), () => {
			if (!isCancelled) callback();
		});
		return {
			cancel: () => {
				isCancelled = true;
			},
		};
	}
}

function roleOf(member: SimMember | undefined): MemberRole | undefined {
	return member?.role?.type;
}

/** Whoever waits for a promise that is settled goes on before simulated time does. */
function othersRan(): Promise<void> {
	return new Promise((resolve) => setImmediate(resolve));
}
