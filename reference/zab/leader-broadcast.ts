import { type Epoch, type ServerId, type Zxid, zxidOf } from "../model/ids.js";
import type { Proposal } from "./contract.js";
import type { LeaderLearners } from "./leader-learners.js";
import { encodeInforms, encodeProposal } from "./leader-sync.js";
import type { LearnerLink } from "./learner-link.js";
import { agreedZxid, Proposals } from "./proposals.js";
import { encodeEach, packetTypes } from "./quorum-packet.js";
import type { RoleParts } from "./role.js";

/**
 * A leader's proposals, from the first to their commit.
 *
 * 1. A proposal is committed when a quorum has it on disk, in order.
 * 2. Only what a learner acknowledged on its present link counts: between two links another leader may have told it to take
 *    back what it had.
 */
export class LeaderBroadcast {
	readonly proposals: Proposals;
	readonly #parts: RoleParts;
	readonly #learners: LeaderLearners;
	readonly #isQuorum: (ids: ReadonlySet<ServerId>) => boolean;
	/** What each server whose acknowledgements count has on disk. */
	readonly #flushed = new Map<ServerId, Zxid>();

	constructor(
		parts: RoleParts,
		learners: LeaderLearners,
		epoch: Epoch,
		isQuorum: (ids: ReadonlySet<ServerId>) => boolean,
	) {
		this.proposals = new Proposals(zxidOf(epoch, 0));
		this.#parts = parts;
		this.#learners = learners;
		this.#isQuorum = isQuorum;
	}

	propose(proposal: Proposal): void {
		this.proposals.push(proposal);
		this.#parts.effects.append(proposal);
		const bytes = encodeProposal(proposal);
		for (const learner of this.#learners.receiving("follower")) {
			learner.send(bytes);
			if (learner.isAtLeast("synced")) learner.proposed(proposal.zxid, this.#parts.nowMs());
		}
	}

	ownFlushed(at: Zxid): void {
		this.#flushed.set(this.#parts.id, at);
	}

	count({ follows, id, ackedZxid }: LearnerLink): void {
		if (follows) this.#flushed.set(id, ackedZxid);
	}

	forget({ follows, id }: LearnerLink): void {
		const other = this.#learners.withId(id);
		if (follows && (other === undefined || !other.isAtLeast("synced"))) this.#flushed.delete(id);
	}

	/** Commits what a quorum has. */
	commit(): void {
		if (this.proposals.allCommitted) return;
		const agreed = agreedZxid(this.#flushed, this.#isQuorum);
		if (agreed <= this.proposals.committed) return;
		const entries = this.proposals.commit(agreed);
		this.#tell(entries);
		this.#parts.effects.commit(agreed);
		this.proposals.release(this.#parts.storage.lastAppliedZxid);
	}

	#tell(entries: readonly Proposal[]): void {
		const commits = encodeEach(
			packetTypes.COMMIT,
			entries.map(({ zxid }) => zxid),
		);
		for (const learner of this.#learners.receiving("follower")) learner.send(commits);
		const observers = [...this.#learners.receiving("observer")];
		if (observers.length === 0) return;
		const informs = encodeInforms(entries);
		for (const learner of observers) learner.send(informs);
	}
}
