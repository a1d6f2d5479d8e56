import { describeZxid } from "../model/ids.js";
import { configText, type EnsembleConfig } from "../zab/ensemble-config.js";
import { Electorate } from "./electorate.js";
import { EventQueue } from "./event-queue.js";
import { FaultInjector, leaderOf } from "./fault-injector.js";
import type { Plan, SimOptions } from "./plan.js";
import { Random } from "./random.js";
import type { ProcessWorld, Running } from "./running.js";
import { SimClient } from "./sim-client.js";
import { SimClock } from "./sim-clock.js";
import { SimMember } from "./sim-member.js";
import { type Place, SimNetwork } from "./sim-network.js";
import { serverCount } from "./swarm.js";
import { Trace } from "./trace.js";
import { Truth } from "./truth.js";
import { mustHold, Violation } from "./violation.js";
import { WireWatch } from "./wire-watch.js";

const stream = { starts: 2, network: 3, clocks: 4, members: 5, clients: 64 };

/** An ensemble, its clients and all that happens to them, in one process and from one seed. */
export class World {
	readonly queue: EventQueue;
	readonly trace: Trace;
	readonly members: readonly SimMember[];
	readonly clients: readonly SimClient[];
	readonly truth: Truth;
	readonly electorate: Electorate;
	readonly faults: FaultInjector;
	readonly network: SimNetwork;
	readonly #options: SimOptions;
	readonly #start: (world: ProcessWorld) => Running;
	/** Who leads, or led, in each epoch. */
	readonly #leaders = new Map<number, Place>();
	/** By which each was last seen to go. */
	readonly #configs = new Map<Place, EnsembleConfig>();
	electionCount = 0;
	turnCount = 0;

	/** Worlds with one queue live in one time. */
	constructor(
		plan: Plan,
		start: (world: ProcessWorld) => Running,
		tell?: (line: string) => void,
		queue: EventQueue = new EventQueue(),
	) {
		this.queue = queue;
		this.#options = plan.options;
		this.#start = start;
		const told = tell && ((line: string) => tell(`${(this.queue.nowUs / 1000).toFixed(3)} ms  ${line}`));
		this.trace = new Trace(told);
		const { seed } = plan.options;
		const wire: { watch?: WireWatch } = {};
		this.network = new SimNetwork(this.queue, new Random(seed, stream.network), this.trace, plan.options, (...sent) =>
			wire.watch?.tap(...sent),
		);
		this.members = this.#makeMembers();
		wire.watch = new WireWatch(this.members);
		this.electorate = new Electorate(plan.options);
		this.truth = new Truth(this.members, this.electorate, this.trace, plan.options.hasLocalSessions !== true);
		this.clients = plan.clients.map((client, index) => this.#makeClient(client, index));
		const { members, trace, network } = this;
		this.faults = new FaultInjector({
			queue,
			members,
			trace,
			network,
			start: (member) => this.#startMember(member),
		});
		this.faults.plan(plan.faults);
	}

	start(): void {
		const starts = new Random(this.#options.seed, stream.starts);
		for (const member of this.members) {
			const afterMs = starts.between(0, this.#options.startMsMax);
			if (afterMs === 0) this.#startMember(member);
			else this.faults.restart(member, afterMs);
		}
		for (const client of this.clients) client.start();
	}

	/** Where whoever else uses the servers can settle: beside the members and the plan's clients. */
	get freePlace(): Place {
		return this.members.length + this.clients.length + 1;
	}

	#makeMembers(): SimMember[] {
		const { seed, driftPpmMax, wallSkewMsMax = 10_000 } = this.#options;
		const clocks = new Random(seed, stream.clocks);
		return Array.from({ length: serverCount(this.#options) }, (_, index) => {
			const rate = 1 + clocks.between(-driftPpmMax, driftPpmMax) / 1_000_000;
			const clock = new SimClock(clocks.between(0, 100_000), rate, clocks.between(-wallSkewMsMax, wallSkewMsMax));
			const member: SimMember = new SimMember({
				place: index + 1,
				options: this.#options,
				queue: this.queue,
				random: new Random(seed, stream.members + index),
				network: this.network,
				trace: this.trace,
				clock,
				start: this.#start,
				observe: (seen) => this.#observe(seen),
				afterTurn: (turned) => this.#afterTurn(turned),
				onLead: (leader, epoch) => this.#onLead(leader, epoch),
				onCrash: (crashed, forMs) => this.faults.restart(crashed, forMs),
				onEnd: (ended, reason, isInOrder) => this.#onEnd(ended, reason, isInOrder),
			});
			this.network.settle(member.place, member);
			return member;
		});
	}

	#makeClient({ timeoutMs, script, isSuper = false }: Plan["clients"][number], index: number): SimClient {
		const place = this.members.length + 1 + index;
		const client = new SimClient({
			place,
			timeoutMs,
			script,
			isSuper,
			leader: () => leaderOf(this.members)?.place ?? 0,
			queue: this.queue,
			random: new Random(this.#options.seed, stream.clients + index),
			network: this.network.portOf(place, () => undefined),
			trace: this.trace,
			truth: this.truth,
			servers: this.members.map((member) => member.place),
			epochAt: (server) => epochOfRole(this.members[server - 1]),
		});
		this.network.settle(place, client);
		return client;
	}

	#startMember(member: SimMember): void {
		try {
			member.start();
		} catch (error) {
			if (error instanceof Violation || !(error instanceof Error) || !isRefusal(error)) throw error;
			throw new Violation("a member starts from what a crash left", `server ${member.place}: ${error.message}`);
		}
	}

	#observe(member: SimMember): void {
		if (member.state !== undefined) this.truth.observe(member);
	}

	#afterTurn(member: SimMember): void {
		this.turnCount++;
		this.#observe(member);
		this.#checkConfig(member);
	}

	/** A leader goes by a configuration in the turn that commits it. */
	#checkConfig({ place, config }: SimMember): void {
		if (config === undefined || config === this.#configs.get(place)) return;
		this.#configs.set(place, config);
		this.electorate.checkActive(place, { version: config.version, text: configText(config) });
	}

	/** Those that belong to the ensemble. */
	get seated(): readonly SimMember[] {
		return this.members.filter(({ place }) => this.electorate.places.has(place));
	}

	#onLead(member: SimMember, epoch: number): void {
		const other = this.#leaders.get(epoch);
		mustHold(other === undefined, "one leader in an epoch", () => {
			return `server ${member.place} leads in epoch ${epoch}, where server ${other} led`;
		});
		this.#leaders.set(epoch, member.place);
		this.electionCount++;
		this.#checkHistory(member, epoch);
	}

	/** A leader that another one has overtaken may still hear late from a quorum of its own: it can commit nothing more. */
	#checkHistory({ place, state }: SimMember, epoch: number): void {
		const last = this.truth.lastZxidBefore(epoch);
		mustHold((state?.tree.lastZxid ?? 0) >= last, "nothing acknowledged is lost", () => {
			return `server ${place} leads in epoch ${epoch} without ${describeZxid(last)}, which was committed`;
		});
	}

	#onEnd(member: SimMember, reason: string, isInOrder: boolean): void {
		if (!member.isUp) return;
		mustHold(isInOrder || member.isDiskBroken, "a member goes on", () => `server ${member.place} ended: ${reason}`);
		member.vanish(!isInOrder);
		this.faults.restart(member, 200);
	}
}

/** Errors of the product that say: I can not start on these files. */
function isRefusal(error: Error): boolean {
	return ["DamagedFileError", "DiskError", "MemberStartError", "EpochError"].includes(error.name);
}

function epochOfRole(member: SimMember | undefined): number | undefined {
	return member?.epoch;
}
