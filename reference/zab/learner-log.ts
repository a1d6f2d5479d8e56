import { Queue } from "../lib/queue.js";
import { counterOf, describeZxid, epochOf, type Zxid } from "../model/ids.js";
import type { PeerEffects, Proposal } from "./contract.js";
import type { EnsembleConfig } from "./ensemble-config.js";
import type { Membership } from "./membership.js";

/**
 * What a learner has been told to log and to commit. Answers are undefined, or say what the leader did wrong.
 *
 * 1. Entries follow each other without a gap; at most the overlap of a snapshot and what follows it comes twice.
 * 2. They are committed in their order, one by one.
 * 3. A reconfiguration is expected when it is in the log.
 */
export class LearnerLog {
	readonly #effects: PeerEffects;
	readonly #membership: Membership;
	/** Where the state was when the leader's entries began. */
	#base: Zxid;
	#last: Zxid;
	#flushed: Zxid;
	/** Appended and not committed. */
	readonly #open = new Queue<Zxid>();
	/** Appended and not acknowledged. */
	readonly #unacked = new Queue<Zxid>();

	constructor(effects: PeerEffects, membership: Membership, last: Zxid) {
		this.#effects = effects;
		this.#membership = membership;
		this.#base = last;
		this.#last = last;
		this.#flushed = last;
	}

	get last(): Zxid {
		return this.#last;
	}

	get allFlushed(): boolean {
		return this.#flushed >= this.#last;
	}

	/** Whether this entry is logged and not committed. */
	isOpen(at: Zxid): boolean {
		return at >= (this.#open.peek() ?? Number.POSITIVE_INFINITY) && at <= this.#last;
	}

	/** How many entries are open. */
	get openCount(): number {
		return this.#open.length;
	}

	/**
	 * The log ends here now, all of it on disk; `reconfig`: the last one in it, what is behind it does not come. Nothing was
	 * appended since the role began.
	 */
	restart(at: Zxid, reconfig: EnsembleConfig | undefined): void {
		this.#membership.expect(reconfig);
		this.#base = at;
		this.#last = at;
		this.#flushed = at;
	}

	propose(proposal: Proposal): string | undefined {
		const { zxid } = proposal;
		if (zxid <= this.#base) return undefined;
		if (!follows(this.#last, zxid)) return `${describeZxid(zxid)} is proposed after ${describeZxid(this.#last)}`;
		this.#last = zxid;
		this.#open.push(zxid);
		this.#unacked.push(zxid);
		const next = this.#effects.append(proposal);
		if (next !== undefined) this.#membership.succeed(next);
		return undefined;
	}

	commit(at: Zxid): string | undefined {
		if (at <= this.#base) return undefined;
		const head = this.#open.shift();
		if (head !== at) {
			const expected = head === undefined ? "nothing is open" : `${describeZxid(head)} comes first`;
			return `COMMIT of ${describeZxid(at)}, but ${expected}`;
		}
		this.#effects.commit(at);
		return undefined;
	}

	flushed(at: Zxid): void {
		this.#flushed = at;
	}

	/** The leader did not wait for those that it sent with their COMMIT. */
	skipCommittedAcks(): void {
		const open = this.#open.peek() ?? Number.POSITIVE_INFINITY;
		for (let at = this.#unacked.peek(); at !== undefined && at < open; at = this.#unacked.peek()) this.#unacked.shift();
	}

	/** The entries that are on disk and not acknowledged. */
	takeAcks(): readonly Zxid[] {
		const acks: Zxid[] = [];
		for (let at = this.#unacked.peek(); at !== undefined && at <= this.#flushed; at = this.#unacked.peek()) {
			acks.push(at);
			this.#unacked.shift();
		}
		return acks;
	}
}

function follows(last: Zxid, next: Zxid): boolean {
	return next === last + 1 ? counterOf(next) > 0 : epochOf(next) > epochOf(last) && counterOf(next) === 1;
}
