import type { Address } from "../client/connection.js";
import { askedRole, askedService, type Service } from "./asked-role.js";
import type { ClientDoors } from "./client-doors.js";
import * as disks from "./disk-faults.js";
import * as doorFaults from "./door-faults.js";
import {
	type DrivenMember,
	type EnsembleDriver,
	type Fault,
	FaultError,
	type FaultKind,
	type MemberRole,
	type PerformedFault,
} from "./ensemble-driver.js";
import { faultKindOf } from "./fault-problem.js";
import type { Hands, HurtMember } from "./hands.js";
import { healAll } from "./healing.js";
import * as network from "./network-faults.js";
import * as processes from "./process-faults.js";
import { type Disk, isRunning, mustGoOn, type Pick, type Stage } from "./stage.js";

export interface HurtEnsembleOptions {
	readonly name: string;
	readonly members: readonly HurtMember[];
	readonly facts: EnsembleDriver["facts"];
	readonly hands: Hands;
	/** Before the client ports; they close with the ensemble. */
	readonly doors: ClientDoors | undefined;
}

/** Chooses who is hurt, knows what is broken, and heals it; how it is done is the matter of the hands. */
export class HurtEnsemble implements EnsembleDriver {
	readonly name: string;
	readonly members: readonly DrivenMember[];
	readonly abilities: ReadonlySet<FaultKind>;
	readonly facts: EnsembleDriver["facts"];
	readonly #stage: Stage;

	constructor({ name, members, facts, hands, doors }: HurtEnsembleOptions) {
		this.name = name;
		this.facts = facts;
		this.members = members.map(({ id, votes, address }) => ({ id, votes, address: doors?.addressOf(id) ?? address }));
		this.abilities = abilitiesOf(hands, doors);
		const roleOf = (id: number): Promise<MemberRole | undefined> => this.roleOf(id);
		const serviceOf = (id: number): Promise<Service> =>
			this.#asked(id, askedService, { serves: false, role: undefined });
		const broken = { down: new Set<number>(), paused: new Set<number>(), disks: new Map<number, Disk>() };
		this.#stage = { members, hands, doors, ...broken, isOver: false, roleOf, serviceOf };
	}

	roleOf(id: number): Promise<MemberRole | undefined> {
		return this.#asked(id, askedRole, undefined);
	}

	/** Who is known not to answer is not asked. */
	async #asked<Answer>(id: number, ask: (address: Address) => Promise<Answer>, silence: Answer): Promise<Answer> {
		const member = this.#stage.members.find((each) => each.id === id);
		if (member === undefined) throw new FaultError(`there is no server ${id}`);
		const answers = isRunning(this.#stage, id) && !this.#stage.paused.has(id);
		return answers ? ask(member.address) : silence;
	}

	async perform(fault: Fault, pick: Pick): Promise<PerformedFault> {
		const kind = faultKindOf(fault);
		mustGoOn(this.#stage);
		if (!this.abilities.has(kind)) throw new FaultError(`${this.name} can not do this: ${kind}`);
		return perform(this.#stage, fault, pick);
	}

	heal(): Promise<void> {
		return healAll(this.#stage);
	}

	async stop(): Promise<void> {
		const { hands, doors } = this.#stage;
		this.#stage.isOver = true;
		doors?.close();
		await hands.stopAll();
	}
}

function perform(stage: Stage, fault: Fault, pick: Pick): Promise<PerformedFault> {
	if ("kill" in fault) return processes.kill(stage, pick, fault.kill);
	if ("stop" in fault) return processes.stop(stage, pick, fault.stop);
	if ("start" in fault) return processes.start(stage, pick, fault.start);
	if ("pause" in fault) return processes.pause(stage, pick, fault.pause);
	if ("resume" in fault) return processes.resume(stage, pick, fault.resume);
	if ("partition" in fault) return network.partition(stage, pick, fault.partition);
	if ("oneWay" in fault) return network.oneWay(stage, pick, fault.oneWay);
	if ("heal" in fault) return network.heal(stage);
	if ("diskFull" in fault) return disks.fillDisk(stage, pick, fault.diskFull);
	if ("diskFree" in fault) return disks.freeDisk(stage, pick, fault.diskFree);
	if ("slowFlush" in fault) return disks.slowFlush(stage, pick, fault.slowFlush, fault.ms);
	if ("cut" in fault) return doorFaults.cut(stage, pick, fault);
	if ("delay" in fault) return doorFaults.delay(stage, pick, fault);
	if ("halfOpen" in fault) return doorFaults.halfOpen(stage, pick, fault.halfOpen);
	if ("refuse" in fault) return doorFaults.refuse(stage, pick, fault.refuse);
	if ("open" in fault) return doorFaults.open(stage, pick, fault.open);
	return doorFaults.swap(stage, pick, fault.swap);
}

const doorKinds: readonly FaultKind[] = ["cut", "delay", "halfOpen", "refuse", "open", "swap"];
/** What can be done to processes with nothing between them and their clients. */
export const processKinds = ["kill", "stop", "start", "pause", "resume"] as const;

function abilitiesOf(hands: Hands, doors: ClientDoors | undefined): ReadonlySet<FaultKind> {
	const abilities = new Set<FaultKind>(processKinds.filter((kind) => hands[kind] !== undefined));
	if (doors !== undefined) for (const kind of doorKinds) abilities.add(kind);
	if (hands.network !== undefined) abilities.add("heal");
	if (hands.network?.partition !== undefined) abilities.add("partition");
	if (hands.network?.oneWay !== undefined) abilities.add("oneWay");
	if (hands.disk !== undefined) for (const kind of ["diskFull", "diskFree", "slowFlush"] as const) abilities.add(kind);
	return abilities;
}
