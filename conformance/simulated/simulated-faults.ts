import type { SimMember } from "../../reference/sim/sim-member.js";
import type { World } from "../../reference/sim/world.js";
import { chooseGroup } from "../drivers/choosing.js";
import {
	type Fault,
	FaultError,
	type FaultKind,
	type PerformedFault,
	type ServerChoice,
} from "../drivers/ensemble-driver.js";

export const simulatedAbilities: ReadonlySet<FaultKind> = new Set([
	"kill",
	"start",
	"pause",
	"resume",
	"partition",
	"oneWay",
	"heal",
	"cut",
	"delay",
	"slowFlush",
]);

type Pick = (n: number) => number;

/** Longer than any run: what is down comes back when it is started. */
const forEverMs = 1e9;

/** What is done to the members of a simulated ensemble, each at once, and all of it undone by `heal`. */
export class SimulatedFaults {
	readonly #world: World;
	/** Where the clients are. */
	readonly #clients: number;
	readonly #votersCount: number;
	readonly #paused = new Set<SimMember>();
	readonly #blocked: (readonly [number, number])[] = [];
	readonly #delaysMs = new Map<number, number>();
	readonly #flushesMs = new Map<SimMember, number>();

	constructor(world: World, clients: number, votersCount: number) {
		this.#world = world;
		this.#clients = clients;
		this.#votersCount = votersCount;
	}

	/** @throws FaultError when it can not be done */
	perform(fault: Fault, pick: Pick): PerformedFault {
		if ("kill" in fault) return this.#each("kills", this.#killed(fault.kill, pick), (one) => kill(one));
		if ("start" in fault) return this.#each("starts", this.#down(fault.start, pick), (one) => this.#start(one));
		if ("pause" in fault) return this.#each("pauses", [this.#one(fault.pause, pick, isUp)], (one) => this.#pause(one));
		if ("resume" in fault) return this.#each("resumes", this.#pausedOf(fault.resume), (one) => this.#resume(one));
		if ("partition" in fault) return this.#partition(fault.partition, pick);
		if ("oneWay" in fault) return this.#oneWay(fault.oneWay, pick);
		if ("heal" in fault) return this.#unblock();
		if ("cut" in fault) return this.#each("cuts clients of", this.#many(fault.cut, pick), (one) => this.#cut(one));
		if ("delay" in fault)
			return this.#each(`${fault.ms} ms for clients of`, this.#many(fault.delay, pick), (one) =>
				this.#delay(one, fault.ms),
			);
		if ("slowFlush" in fault)
			return this.#each(`${fault.ms} ms a flush for`, [this.#one(fault.slowFlush, pick)], (one) =>
				this.#slowFlush(one, fault.ms),
			);
		throw new FaultError(`the simulator can not do ${JSON.stringify(fault)}`);
	}

	/** Everybody runs and reaches everybody from now on. */
	heal(): void {
		this.#unblock();
		for (const member of this.#paused) member.resume();
		this.#paused.clear();
		for (const member of this.#world.members) {
			this.#delay(member, 0);
			this.#slowFlush(member, 0);
			if (!member.isUp) this.#start(member);
		}
	}

	#each(what: string, members: readonly SimMember[], act: (member: SimMember) => void): PerformedFault {
		for (const member of members) act(member);
		const servers = members.map(({ place }) => place);
		return { servers, text: `${what} ${servers.join(", ")}` };
	}

	#killed(choice: Extract<Fault, { kill: unknown }>["kill"], pick: Pick): SimMember[] {
		const { members } = this.#world;
		if (typeof choice === "object") return choice.map((id) => this.#one(id, pick));
		if (choice !== "minority" && choice !== "majority" && choice !== "all") return [this.#one(choice, pick, isUp)];
		const voters = members.slice(0, this.#votersCount).map(({ place }) => place);
		const down = new Set(voters.filter((place) => members[place - 1]?.isUp === false));
		return chooseGroup(choice, voters, down, pick).map((id) => this.#one(id, pick));
	}

	#down(choice: ServerChoice | "all", pick: Pick): SimMember[] {
		const isDown = (member: SimMember): boolean => !member.isUp;
		return choice === "all" ? this.#world.members.filter(isDown) : [this.#one(choice, pick, isDown)];
	}

	#pausedOf(choice: ServerChoice | "all"): SimMember[] {
		const all = [...this.#paused];
		return choice === "all" ? all : all.filter(({ place, role }) => place === choice || role?.type === choice);
	}

	#many(choice: ServerChoice | "all", pick: Pick): readonly SimMember[] {
		return choice === "all" ? this.#world.members : [this.#one(choice, pick)];
	}

	#one(choice: ServerChoice, pick: Pick, isMeant: (member: SimMember) => boolean = () => true): SimMember {
		const candidates = this.#world.members.filter(isMeant);
		const meant = candidates.filter(({ place, role }) => choice === "any" || place === choice || role?.type === choice);
		const found = meant.length === 0 ? undefined : meant[pick(meant.length)];
		if (found === undefined) throw new FaultError(`there is no server to choose for "${choice}"`);
		return found;
	}

	#start(member: SimMember): void {
		this.#world.faults.restart(member, 0);
	}

	#pause(member: SimMember): void {
		member.pause();
		this.#paused.add(member);
	}

	#resume(member: SimMember): void {
		member.resume();
		this.#paused.delete(member);
	}

	#partition(groups: readonly (readonly ServerChoice[])[], pick: Pick): PerformedFault {
		const taken = new Set<SimMember>();
		const isFree = (member: SimMember): boolean => !taken.has(member);
		const placed = groups.map((group) =>
			group.map((choice) => {
				const member = this.#one(choice, pick, isFree);
				taken.add(member);
				return member.place;
			}),
		);
		const groupOf = (place: number): number => placed.findIndex((group) => group.includes(place));
		const servers = this.#world.members.map(({ place }) => place);
		for (const one of servers) {
			for (const other of servers) {
				const apart = groupOf(one) === -1 || groupOf(one) !== groupOf(other);
				if (one !== other && apart) this.#block(one, other);
			}
		}
		return { servers, text: `keeps apart ${placed.map((group) => group.join(" ")).join(" | ")}` };
	}

	#oneWay([from, to]: readonly [ServerChoice, ServerChoice], pick: Pick): PerformedFault {
		const [one, other] = [this.#one(from, pick).place, this.#one(to, pick).place];
		this.#block(one, other);
		return { servers: [one, other], text: `nothing gets from ${one} to ${other}` };
	}

	#block(from: number, to: number): void {
		this.#world.network.block(from, to, 1);
		this.#blocked.push([from, to]);
	}

	#unblock(): PerformedFault {
		for (const [from, to] of this.#blocked.splice(0)) this.#world.network.block(from, to, -1);
		return { servers: [], text: "everybody reaches everybody" };
	}

	#cut({ place }: SimMember): void {
		this.#world.network.cut(place, this.#clients);
	}

	#delay({ place }: SimMember, ms: number): void {
		const byUs = (ms - (this.#delaysMs.get(place) ?? 0)) * 1000;
		this.#delaysMs.set(place, ms);
		this.#world.network.slow(place, this.#clients, byUs);
		this.#world.network.slow(this.#clients, place, byUs);
	}

	#slowFlush(member: SimMember, ms: number): void {
		member.slowFlushes((ms - (this.#flushesMs.get(member) ?? 0)) * 1000);
		this.#flushesMs.set(member, ms);
	}
}

function isUp({ isUp }: SimMember): boolean {
	return isUp;
}

function kill(member: SimMember): void {
	member.crash({ isPowerLoss: false, afterCalls: 0, isAtEpoch: false, forMs: forEverMs });
}
