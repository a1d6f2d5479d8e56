import { Queue } from "../lib/queue.js";
import { type Epoch, type LinkId, type ServerId, type Zxid, zxid, zxidOf } from "../model/ids.js";
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
	readonly #answers = new Queue<{ readonly link: LinkId; readonly packet: Uint8Array; readonly after: Zxid }>();
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

	/**
	 * Sends an answer behind the commits of all that was proposed so far, and before those of what follows: a learner that
	 * gets (sync, then create) from a client would else hear of the create first, while the sync still stands before it.
	 */
	answer(link: LinkId, packet: Uint8Array): void {
		if (this.proposals.allCommitted) this.#learners.get(link)?.send(packet);
		else this.#answers.push({ link, packet, after: this.proposals.last });
	}

	/** Commits what a quorum has. */
	commit(): void {
		if (this.proposals.allCommitted) return;
		const agreed = agreedZxid(this.#flushed, this.#isQuorum);
		if (agreed <= this.proposals.committed) return;
		for (let next = this.#answers.peek(); next !== undefined && next.after <= agreed; next = this.#answers.peek()) {
			this.#tell(this.proposals.commit(next.after));
			this.#learners.get(next.link)?.send(next.packet);
			this.#answers.shift();
		}
		this.#tell(this.proposals.commit(agreed));
		this.#parts.effects.commit(agreed);
		this.proposals.release(this.#parts.storage.lastAppliedZxid);
	}

	/**
	 * A follower gets the COMMITs of the time since its synchronisation only behind UPTODATE: Apache's, before 3.9.3, breaks
	 * off when one of an entry from before NEWLEADER comes between NEWLEADER and UPTODATE (ZOOKEEPER-4394).
	 */
	makeUpFor(learner: LearnerLink): void {
		if (!learner.follows) return;
		const zxids: Zxid[] = [];
		for (let at = learner.toldCommitted + 1; at <= this.proposals.committed; at++) zxids.push(zxid(at));
		if (zxids.length > 0) learner.send(encodeEach(packetTypes.COMMIT, zxids));
	}

	#tell(entries: readonly Proposal[]): void {
		if (entries.length === 0) return;
		const commits = encodeEach(
			packetTypes.COMMIT,
			entries.map(({ zxid }) => zxid),
		);
		for (const learner of this.#learners.receiving("follower")) {
			if (learner.stage === "serving") learner.send(commits);
		}
		const observers = [...this.#learners.receiving("observer")];
		if (observers.length === 0) return;
		const informs = encodeInforms(entries);
		for (const learner of observers) learner.send(informs);
	}
}
