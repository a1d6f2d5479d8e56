import { assert } from "../lib/assert.js";
import { Queue } from "../lib/queue.js";
import { Writer } from "../lib/writer.js";
import { type Epoch, type LinkId, type ServerId, type Zxid, zxid, zxidOf } from "../model/ids.js";
import type { Proposal } from "./contract.js";
import { maybeSuccessor, staysLeader } from "./designated-leader.js";
import type { EnsembleConfig } from "./ensemble-config.js";
import type { LeaderLearners } from "./leader-learners.js";
import { encodeInforms, writeProposal } from "./leader-sync.js";
import type { LearnerLink } from "./learner-link.js";
import { agreedZxid, Proposals } from "./proposals.js";
import { quorumOf } from "./quorum.js";
import { encodeDesignatedLeader } from "./quorum-bodies.js";
import { encodeQuorumPacket, packetTypes, writeBare } from "./quorum-packet.js";
import type { RoleParts } from "./role.js";

/**
 * A leader's proposals, from the first to their commit.
 *
 * 1. A proposal is committed when a quorum has it on disk, in order.
 * 2. Only what a learner acknowledged on its present link counts: between two links another leader may have told it to take
 *    back what it had.
 * 3. A reconfiguration is committed by a quorum of the servers before and one of those after it, and what follows it by those
 *    after it alone.
 */
export class LeaderBroadcast {
	readonly proposals: Proposals;
	readonly #parts: RoleParts;
	readonly #learners: LeaderLearners;
	readonly #answers = new Queue<{ readonly link: LinkId; readonly packet: Uint8Array; readonly after: Zxid }>();
	readonly #scratch = new Writer();
	/** What each server whose acknowledgements count has on disk. */
	readonly #flushed = new Map<ServerId, Zxid>();
	/** Of this epoch, each with who leads after it; the last one may be open. */
	readonly #reconfigs = new Map<Zxid, ServerId>();
	#openReconfig: Zxid | undefined;

	constructor(parts: RoleParts, learners: LeaderLearners, epoch: Epoch) {
		this.proposals = new Proposals(zxidOf(epoch, 0));
		this.#parts = parts;
		this.#learners = learners;
	}

	propose(proposal: Proposal): void {
		this.proposals.push(proposal);
		const next = this.#parts.effects.append(proposal);
		if (next !== undefined && this.#parts.membership.reconfigEnabled) this.#expect(next, proposal.zxid);
		this.#scratch.clear();
		const bytes = writeProposal(this.#scratch, proposal).bytes();
		const nowMs = this.#parts.nowMs();
		this.#learners.eachReceiving("follower", (learner) => {
			learner.send(bytes);
			if (learner.isAtLeast("synced")) learner.proposed(proposal.zxid, nowMs);
		});
	}

	#expect(next: EnsembleConfig, at: Zxid): void {
		assert(this.#openReconfig === undefined, "one reconfiguration at a time");
		assert(next.version === at, "a configuration's version is the zxid that makes it");
		this.#openReconfig = at;
		this.#parts.membership.expect(next);
	}

	ownFlushed(at: Zxid): void {
		this.#flushed.set(this.#parts.id, at);
	}

	count({ follows, id, ackedZxid }: LearnerLink): void {
		if (follows) this.#flushed.set(id, ackedZxid);
	}

	forget(learner: LearnerLink): void {
		const { follows, id } = learner;
		const other = this.#learners.withId(id);
		const counts = follows && learner.isAtLeast("synced");
		if (counts && (other === undefined || !other.isAtLeast("synced"))) this.#flushed.delete(id);
	}

	/**
	 * Sends an answer behind the commits of all that was proposed so far, and before those of what follows: a learner that
	 * gets (sync, then create) from a client would else hear of the create first, while the sync still stands before it.
	 */
	answer(link: LinkId, packet: Uint8Array): void {
		if (this.proposals.allCommitted) this.#learners.get(link)?.send(packet);
		else this.#answers.push({ link, packet, after: this.proposals.last });
	}

	/**
	 * Commits what a quorum has.
	 * @returns who leads from here on, when that is another server
	 */
	commit(): ServerId | undefined {
		for (let upTo = this.#agreed(); upTo > this.proposals.committed; upTo = this.#agreed()) {
			const reconfig = upTo === this.#openReconfig ? this.#designate(upTo) : undefined;
			this.#commitUpTo(upTo);
			if (reconfig === undefined) continue;
			this.#openReconfig = undefined;
			this.#parts.membership.activate(reconfig.next);
			if (reconfig.leader !== this.#parts.id) return reconfig.leader;
		}
		return undefined;
	}

	/** How far a quorum has everything; not beyond an open reconfiguration, which changes who that is. */
	#agreed(): Zxid {
		if (this.proposals.allCommitted) return this.proposals.committed;
		const { config, quorum } = this.#parts.membership;
		const both = agreedZxid(this.#flushed, (ids) => quorum.isQuorum(ids));
		if (this.#openReconfig === undefined) return both;
		const { isQuorum } = quorumOf(config);
		const before = Math.min(agreedZxid(this.#flushed, isQuorum), this.#openReconfig - 1);
		return zxid(Math.max(before, Math.min(both, this.#openReconfig)));
	}

	#designate(at: Zxid): { next: EnsembleConfig; leader: ServerId } {
		const { id, membership } = this.#parts;
		const { config, next } = membership;
		assert(next !== undefined, "a reconfiguration is expected before it is committed");
		const stays = staysLeader(id, config.members.get(id)?.addresses[0], next);
		const leader = stays ? id : (maybeSuccessor(id, next, this.#flushed) ?? id);
		this.#reconfigs.set(at, leader);
		return { next, leader };
	}

	#commitUpTo(upTo: Zxid): void {
		for (let next = this.#answers.peek(); next !== undefined && next.after <= upTo; next = this.#answers.peek()) {
			this.#tell(this.proposals.commit(next.after));
			this.#learners.get(next.link)?.send(next.packet);
			this.#answers.shift();
		}
		this.#tell(this.proposals.commit(upTo));
		this.#parts.effects.commit(upTo);
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
		if (zxids.length > 0) learner.send(this.#encodeCommits(zxids));
	}

	#tell(entries: readonly Proposal[]): void {
		if (entries.length === 0) return;
		const commits = this.#encodeCommits(entries.map((each) => each.zxid));
		this.#learners.eachReceiving("follower", (learner) => {
			if (learner.stage === "serving") learner.send(commits);
		});
		let informs: Uint8Array | undefined;
		this.#learners.eachReceiving("observer", (learner) => {
			informs ??= encodeInforms(entries, this.#reconfigs);
			learner.send(informs);
		});
	}

	#encodeCommits(zxids: readonly Zxid[]): Uint8Array {
		const writer = new Writer(24 * zxids.length);
		for (const at of zxids) {
			const leader = this.#reconfigs.get(at);
			if (leader === undefined) writeBare(writer, packetTypes.COMMIT, at);
			else writer.raw(encodeQuorumPacket(packetTypes.COMMITANDACTIVATE, at, encodeDesignatedLeader(leader)));
		}
		return writer.bytes();
	}
}
