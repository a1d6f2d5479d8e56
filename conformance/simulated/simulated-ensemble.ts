import type { SimOptions } from "../../reference/sim/plan.js";
import { drawPlan } from "../../reference/sim/swarm.js";
import { World } from "../../reference/sim/world.js";
import { askedRole } from "../drivers/asked-role.js";
import { bundledSettings } from "../drivers/bundled.js";
import {
	type DrivenMember,
	type EnsembleDriver,
	type Fault,
	FaultError,
	type MemberRole,
	type PerformedFault,
} from "../drivers/ensemble-driver.js";
import { factsOf } from "../drivers/facts.js";
import { memberSetup, type ZooCfg } from "./member-setup.js";
import { SimulatedClients } from "./simulated-clients.js";
import { SimulatedFaults, simulatedAbilities } from "./simulated-faults.js";
import { enterSimulation } from "./simulation.js";

export interface SimulatedOptions {
	/** Decides everything about the network, the disks and the clocks. */
	readonly seed: number;
	/** How many vote; 3 if not given. */
	readonly servers?: number;
	readonly observers?: number;
	/** Keys of zoo.cfg beside or instead of those that bundled servers have. */
	readonly settings?: ZooCfg;
	/** How far the servers' wall clocks may be from the right time; 10,000 if not given. */
	readonly wallSkewMsMax?: number;
}

/** Clients ask as often as they get answers: on a network ten times as fast, ten times the work is in a second of its time. */
const latencyUsLeast = 300;
const pollMs = 10;
const servesWithinMs = 120_000;
let ensembleCount = 0;

/**
 * An ensemble of the reference's own host code on a simulated network, disk and clock, with speeds and limits drawn from the
 * seed. This process lives in simulated time with it until it is stopped: the same seed and the same program give the same
 * run. The simulator's own checks run along.
 */
export class SimulatedEnsemble implements EnsembleDriver {
	readonly name = "simulator";
	readonly abilities = simulatedAbilities;
	readonly facts: EnsembleDriver["facts"];
	readonly members: readonly DrivenMember[];
	readonly #simulation = enterSimulation();
	readonly #world: World;
	readonly #clients: SimulatedClients;
	readonly #faults: SimulatedFaults;

	constructor({ seed, servers = 3, observers = 0, settings = {}, wallSkewMsMax = 10_000 }: SimulatedOptions) {
		const zooCfg: ZooCfg = { standaloneEnabled: "false", ...bundledSettings, ...settings };
		const { settings: all, start } = memberSetup(zooCfg, { servers, observers });
		const plan = drawPlan(seed, { servers, observers, clients: 0, isFaultless: true });
		// What goes wrong beside that is the matter of whoever has faults performed.
		const hasLocalSessions = zooCfg.localSessionsEnabled === "true";
		const calm = { hasLocalSessions, wallSkewMsMax, startMsMax: 0, spikeShare: 0, slowFlushShare: 0, weights: [] };
		const options = { ...notTooFast(plan.options), ...calm, tickMs: all.tickTimeMs };
		this.facts = { ...factsOf(zooCfg), initLimit: options.initLimit, syncLimit: options.syncLimit };
		this.#world = new World({ ...plan, options }, start, undefined, this.#simulation.queue);
		this.#clients = new SimulatedClients(this.#world);
		this.#faults = new SimulatedFaults(this.#world, this.#clients.place, servers);
		const ensemble = ++ensembleCount;
		this.members = this.#world.members.map(({ place }) => {
			const host = `simulated-${ensemble}-${place}`;
			this.#simulation.makeKnown(host, (wanted) => this.#clients.connect(place, wanted));
			return { id: place, address: { host, port: 2181 }, votes: place <= servers };
		});
		this.#world.start();
	}

	/** Of everything that has happened so far: equal runs have equal ones. */
	get traceHash(): string {
		return this.#world.trace.hash;
	}

	async roleOf(id: number): Promise<MemberRole | undefined> {
		const member = this.members[id - 1];
		return member === undefined ? undefined : askedRole(member.address);
	}

	async perform(fault: Fault, pick: (n: number) => number): Promise<PerformedFault> {
		return this.#faults.perform(fault, pick);
	}

	async heal(): Promise<void> {
		this.#faults.heal();
		await this.serves();
	}

	/**
	 * The outcome of this, which is done in simulated time.
	 * @throws Violation when the simulator's own checks find a broken promise first
	 */
	drive<T>(work: Promise<T>): Promise<T> {
		return this.#simulation.during(work);
	}

	/**
	 * Waits until every member serves.
	 * @throws FaultError when that takes too long: time passes here as long as anybody waits
	 */
	async serves(): Promise<void> {
		for (let waitedMs = 0; waitedMs < servesWithinMs; waitedMs += pollMs) {
			if (this.#world.members.every(({ role }) => role !== undefined)) return;
			await new Promise((resolve) => setTimeout(resolve, pollMs));
		}
		throw new FaultError(`not all members serve within ${servesWithinMs} ms`);
	}

	async stop(): Promise<void> {
		this.#clients.end();
		for (const member of this.#world.members) member.vanish(true);
		this.#simulation.leave();
	}
}

/** As uneven as drawn. */
function notTooFast(options: SimOptions): SimOptions {
	const { latencyUsMin, latencyUsMax } = options;
	const factor = Math.max(1, latencyUsLeast / latencyUsMin);
	return { ...options, latencyUsMin: factor * latencyUsMin, latencyUsMax: factor * latencyUsMax };
}
