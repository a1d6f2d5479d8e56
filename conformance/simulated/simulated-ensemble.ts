import { startMember } from "../../reference/sim/member-process.js";
import type { SimMember } from "../../reference/sim/sim-member.js";
import { drawPlan } from "../../reference/sim/swarm.js";
import { World } from "../../reference/sim/world.js";
import type { DrivenMember, EnsembleDriver, Fault, MemberRole, PerformedFault } from "../drivers/ensemble-driver.js";
import { SimulatedFaults, simulatedAbilities } from "./simulated-faults.js";
import { SimulatedProcess, simulatedHostOf } from "./simulated-process.js";

export interface SimulatedOptions {
	readonly seed: number;
	readonly servers: number;
	readonly observers: number;
}

/** Sessions of a few seconds, as the bundled ensemble allows. */
const tickMs = 500;
const pollMs = 10;

/**
 * An ensemble of the reference's own host code on a simulated network, disk and clock, with speeds and limits drawn from the
 * seed. This process lives in simulated time with it until it is stopped: the same seed and the same program give the same
 * run. The simulator's own checks run along.
 */
export class SimulatedEnsemble implements EnsembleDriver {
	readonly name = "simulator";
	readonly abilities = simulatedAbilities;
	readonly facts = { tickTime: tickMs, minSessionTimeout: 2 * tickMs, maxSessionTimeout: 20 * tickMs, bundled: true };
	readonly members: readonly DrivenMember[];
	readonly #world: World;
	readonly #process: SimulatedProcess;
	readonly #faults: SimulatedFaults;

	constructor({ seed, servers, observers }: SimulatedOptions) {
		const plan = drawPlan(seed, { servers, observers, clients: 0, isFaultless: true });
		this.#world = new World({ ...plan, options: { ...plan.options, tickMs, weights: [] } }, startMember);
		this.#process = new SimulatedProcess(this.#world);
		this.#faults = new SimulatedFaults(this.#world, this.#world.freePlace, servers);
		this.members = this.#world.members.map(({ place }) => ({
			id: place,
			address: { host: simulatedHostOf(place), port: 2181 },
			votes: place <= servers,
		}));
		this.#world.start();
	}

	/** Of everything that has happened so far: equal runs have equal ones. */
	get traceHash(): string {
		return this.#world.trace.hash;
	}

	async roleOf(id: number): Promise<MemberRole | undefined> {
		return roleOf(this.#world.members[id - 1]);
	}

	async perform(fault: Fault, pick: (n: number) => number): Promise<PerformedFault> {
		return this.#faults.perform(fault, pick);
	}

	async heal(): Promise<void> {
		this.#faults.heal();
		while (!this.#world.members.every((member) => roleOf(member) !== undefined)) {
			await new Promise((resolve) => setTimeout(resolve, pollMs));
		}
	}

	async stop(): Promise<void> {
		this.#process.end();
	}
}

function roleOf(member: SimMember | undefined): MemberRole | undefined {
	return member?.role?.type;
}
