import { unreachable } from "../lib/assert.js";
import type { EventQueue } from "./event-queue.js";
import type { Fault, PlannedFault, Target } from "./plan.js";
import type { SimMember } from "./sim-member.js";
import type { Place, SimNetwork } from "./sim-network.js";
import { type Trace, traced } from "./trace.js";

export interface InjectorParts {
	readonly queue: EventQueue;
	readonly network: SimNetwork;
	readonly members: readonly SimMember[];
	readonly trace: Trace;
	start(member: SimMember): void;
}

/** Performs the faults of a plan, and takes back what it did when all is healed. */
export class FaultInjector {
	readonly #parts: InjectorParts;
	/** What undoes the faults that last. */
	readonly #lasting = new Set<() => void>();
	#isOver = false;

	constructor(parts: InjectorParts) {
		this.#parts = parts;
	}

	plan(faults: readonly PlannedFault[]): void {
		for (const fault of faults) {
			this.#parts.queue.at(fault.atMs * 1000, () => {
				if (!this.#isOver) this.#perform(fault);
			});
		}
	}

	/** From now on everything works. */
	heal(): void {
		this.#isOver = true;
		for (const undo of [...this.#lasting]) undo();
		for (const member of this.#parts.members) {
			member.resume();
			member.spare();
			if (!member.isUp) this.#parts.start(member);
		}
	}

	/** After a process ended: it is started again, in some time. */
	restart(member: SimMember, afterMs: number): void {
		this.#parts.queue.after(afterMs * 1000, () => {
			if (!member.isUp) this.#parts.start(member);
		});
	}

	#perform(fault: Fault): void {
		this.#parts.trace.mix(traced.fault, "at" in fault ? fault.at : 0, fault.type.length);
		this.#parts.trace.tell?.(`fault ${JSON.stringify(fault)}`);
		switch (fault.type) {
			case "crash":
				this.#member(fault.at).crash(fault);
				return;
			case "crashAll":
				for (const member of this.#parts.members) member.crash({ ...fault, afterCalls: 0, isAtEpoch: false });
				return;
			case "stop":
				this.#member(fault.at).stop();
				return;
			case "pause":
				this.#pause(this.#member(fault.at), fault.forMs);
				return;
			case "badDisk":
				this.#member(fault.at).breakDisk(fault.roomBytes);
				return;
			case "clockJump":
				this.#member(fault.at).clock.jump(fault.byMs);
				return;
			case "slowDisk":
				this.#slowDisk(this.#member(fault.at), fault.byUs, fault.forMs);
				return;
			case "partition":
			case "cut":
			case "slowLink":
				this.#performOnLinks(fault);
				return;
			default:
				unreachable(fault);
		}
	}

	#performOnLinks(fault: Extract<Fault, { type: "partition" | "cut" | "slowLink" }>): void {
		const { network } = this.#parts;
		if (fault.type === "cut") {
			network.cut(this.#place(fault.at), this.#place(fault.other));
		} else if (fault.type === "slowLink") {
			const [one, other] = [this.#place(fault.at), this.#place(fault.other)];
			const slow = (byUs: number): void => network.slow(one, other, byUs);
			slow(fault.byUs);
			this.#undoAfter(fault.forMs, () => slow(-fault.byUs));
		} else {
			this.#partition(fault);
		}
	}

	#pause(member: SimMember, forMs: number): void {
		member.pause();
		this.#undoAfter(forMs, () => member.resume());
	}

	#slowDisk(member: SimMember, byUs: number, forMs: number): void {
		member.slowFlushes(byUs);
		this.#undoAfter(forMs, () => member.slowFlushes(-byUs));
	}

	#partition({ from, to, isOneWay, forMs }: Extract<Fault, { type: "partition" }>): void {
		const pairs: [Place, Place][] = [];
		for (const one of from.map((target) => this.#place(target))) {
			for (const other of to.map((target) => this.#place(target))) {
				if (one === other) continue;
				pairs.push([one, other]);
				if (!isOneWay) pairs.push([other, one]);
			}
		}
		const block = (by: 1 | -1): void => {
			for (const [one, other] of pairs) this.#parts.network.block(one, other, by);
		};
		block(1);
		this.#undoAfter(forMs, () => block(-1));
	}

	#undoAfter(forMs: number, act: () => void): void {
		const undo = (): void => {
			if (this.#lasting.delete(undo)) act();
		};
		this.#lasting.add(undo);
		this.#parts.queue.after(forMs * 1000, undo);
	}

	#place(target: Target): Place {
		return target === 0 ? this.#member(0).place : target;
	}

	/** A leader that was deposed may not know it yet: the one of the latest epoch is meant. */
	#member(target: Target): SimMember {
		const { members } = this.#parts;
		const found = target === 0 ? leaderOf(members) : members[target - 1];
		return found ?? (members[0] as SimMember);
	}
}

/** Of those that believe to lead the one of the latest epoch. */
export function leaderOf(members: readonly SimMember[]): SimMember | undefined {
	let found: SimMember | undefined;
	let epoch = -1;
	for (const member of members) {
		if (member.role?.type !== "leader" || member.role.epoch <= epoch) continue;
		found = member;
		epoch = member.role.epoch;
	}
	return found;
}
