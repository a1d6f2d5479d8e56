import { assert } from "../lib/assert.js";
import { counterOf, type ServerId, type Zxid, zxid } from "../model/ids.js";
import type { Proposal } from "./contract.js";

/**
 * What a leader has proposed and not yet applied, in order.
 *
 * 1. Zxids follow each other without a gap.
 * 2. What is committed stays until the storage has it: a learner that comes in between would miss it otherwise.
 */
export class Proposals {
	#entries: Proposal[] = [];
	#last: Zxid;
	#committed: Zxid;

	/** `start`: (epoch, 0); everything before is committed by then. */
	constructor(start: Zxid) {
		this.#last = start;
		this.#committed = start;
	}

	get last(): Zxid {
		return this.#last;
	}

	get committed(): Zxid {
		return this.#committed;
	}

	get allCommitted(): boolean {
		return this.#committed === this.#last;
	}

	push(proposal: Proposal): void {
		assert(proposal.zxid === this.#last + 1, "a leader's zxids have no gaps");
		assert(counterOf(proposal.zxid) > 0, "counter 0 is no proposal's");
		this.#entries.push(proposal);
		this.#last = proposal.zxid;
	}

	/** The entries that become committed by it. */
	commit(upTo: Zxid): readonly Proposal[] {
		assert(upTo <= this.#last, "only what was proposed can be committed");
		const fresh = this.between(this.#committed, upTo);
		this.#committed = upTo;
		return fresh;
	}

	/** Forgets what the storage hands out itself by now. */
	release(applied: Zxid): void {
		const upTo = Math.min(applied, this.#committed);
		const first = this.#entries[0];
		// Few at a time would copy the rest again and again.
		if (first === undefined || (upTo - first.zxid < 1024 && upTo < this.#last)) return;
		this.#entries = this.#entries.slice(Math.max(0, upTo - first.zxid + 1));
	}

	/** After the first up to the second, as far as they are here. */
	between(after: Zxid, upTo: Zxid): readonly Proposal[] {
		const first = this.#entries[0]?.zxid;
		if (first === undefined) return [];
		return this.#entries.slice(Math.max(0, after + 1 - first), Math.max(0, upTo + 1 - first));
	}
}

/** The last zxid that a quorum has on disk, each server having everything up to its own; −1 when there is none. */
export function agreedZxid(
	flushed: ReadonlyMap<ServerId, Zxid>,
	isQuorum: (ids: ReadonlySet<ServerId>) => boolean,
): Zxid {
	for (const candidate of [...flushed.values()].sort((a, b) => b - a)) {
		const having = new Set<ServerId>();
		for (const [id, at] of flushed) if (at >= candidate) having.add(id);
		if (isQuorum(having)) return candidate;
	}
	return zxid(-1);
}
