import { DecodeError } from "../lib/reader.js";
import {
	counterOf,
	describeZxid,
	type Epoch,
	epoch,
	type LinkId,
	type ServerId,
	type SessionId,
	type Zxid,
	zxidOf,
	zxidZero,
} from "../model/ids.js";
import type { LearnerStatus, Proposal } from "./contract.js";
import { LeaderBroadcast } from "./leader-broadcast.js";
import { completeReconfig, encodeNewLeader, nameVersion } from "./leader-config.js";
import { LeaderLearners } from "./leader-learners.js";
import { takeLearnerRequest } from "./leader-requests.js";
import { syncLearner } from "./leader-sync.js";
import { describeLearner, isAhead, type LearnerLink } from "./learner-link.js";
import { decodeAckEpoch, encodeLeaderInfo, encodeRevalidateAnswer } from "./quorum-bodies.js";
import { describePacketType, encodeQuorumPacket, noZxid, packetTypes, type QuorumPacket } from "./quorum-packet.js";
import type { Role, RoleParts } from "./role.js";

/**
 * collecting: which epoch each has accepted; confirming: that a quorum promises itself to the next; synchronising: until a
 * quorum has the leader's history on disk; serving.
 */
type Phase = "collecting" | "confirming" | "synchronising" | "serving" | "over";

const lastCounter = 0xffff_ffff;

/**
 * Leads the ensemble for one epoch.
 *
 * 1. The epoch is larger than any that a quorum has accepted, and a quorum has accepted it: no two leaders have the same.
 * 2. Nobody in that quorum has more than the leader; what the leader has when it begins is committed once a quorum has it.
 */
export class Leader implements Role {
	readonly #parts: RoleParts;
	readonly #learners: LeaderLearners;
	#phase: Phase = "collecting";
	#phaseSinceMs: number;
	#halfTickAtMs: number;
	#isWholeTick = false;
	#epoch: Epoch;
	#broadcast: LeaderBroadcast;
	#ticket: number | undefined;

	constructor(parts: RoleParts) {
		this.#parts = parts;
		this.#learners = new LeaderLearners(parts.effects, parts.timings);
		this.#epoch = parts.epochs.current;
		this.#broadcast = new LeaderBroadcast(this.#parts, this.#learners, this.#epoch);
		this.#phaseSinceMs = parts.nowMs();
		this.#halfTickAtMs = this.#phaseSinceMs + parts.timings.tickMs / 2;
	}

	/** Call once, when those who had connected before were passed on by `opened`. */
	start(): void {
		this.#advance();
	}

	get serving(): boolean {
		return this.#phase === "serving";
	}

	get epoch(): Epoch {
		return this.#epoch;
	}

	get learners(): readonly LearnerStatus[] {
		return this.#learners.statuses;
	}

	get deadlineMs(): number {
		return this.serving ? this.#halfTickAtMs : Math.min(this.#halfTickAtMs, this.#phaseEndMs);
	}

	has(link: LinkId): boolean {
		return this.#learners.get(link) !== undefined;
	}

	opened(link: LinkId, address: string): void {
		const learner = this.#learners.open(link, address, this.#parts.nowMs());
		if (learner !== undefined) return;
		this.#parts.effects.note(`quorum port: too many that do not say who they are, ${address} is turned away`);
		this.#parts.effects.close(link);
	}

	received(link: LinkId, bytes: Uint8Array): void {
		const learner = this.#learners.get(link);
		if (learner === undefined) return;
		learner.heardMs = this.#parts.nowMs();
		learner.splitter.push(bytes);
		this.#drain(learner);
		if (this.serving) this.#commit();
	}

	closed(link: LinkId): void {
		const learner = this.#learners.get(link);
		if (learner === undefined) return;
		if (learner.stage !== "connected") this.#parts.effects.note(`${describeLearner(learner)} is gone`);
		this.#forget(learner);
	}

	flushed(at: Zxid): void {
		if (!this.serving) return;
		this.#broadcast.ownFlushed(at);
		this.#commit();
	}

	stored(ticket: number): void {
		if (ticket !== this.#ticket) return;
		this.#ticket = undefined;
		this.#advance();
	}

	timePassed(): void {
		const nowMs = this.#parts.nowMs();
		if (!this.serving && nowMs >= this.#phaseEndMs) {
			this.#finish(`no quorum within initLimit while ${this.#phase}`);
			return;
		}
		if (nowMs < this.#halfTickAtMs) return;
		this.#halfTickAtMs = nowMs + this.#parts.timings.tickMs / 2;
		this.#isWholeTick = !this.#isWholeTick;
		this.#checkLearners(nowMs);
		if (this.serving && this.#isWholeTick) this.#checkQuorum();
	}

	/**
	 * These have begun another election. When there is no quorum without them, here or there, both sides would wait for a
	 * time-out: they for somebody to join them, this server for them to come back.
	 */
	abandoned(by: ReadonlySet<ServerId>): void {
		if (this.#phase === "over" || by.size === 0) return;
		const present = this.#learners.followers("known").add(this.#parts.id);
		if (!this.serving) for (const id of this.#parts.membership.quorum.voters) if (!by.has(id)) present.add(id);
		if (!this.#agreed(present)) this.#finish(`servers ${[...by]} look for another leader`);
	}

	leave(): void {
		this.#phase = "over";
		for (const learner of this.#learners) this.#parts.effects.close(learner.link);
	}

	propose(proposal: Proposal): void {
		// A server that asks for more than one change in a step does not know yet that the first ended the role.
		if (!this.serving) return;
		if (counterOf(proposal.zxid) === lastCounter) {
			this.#finish("the zxids of this epoch are used up: a new one must begin");
			return;
		}
		this.#broadcast.propose(proposal);
	}

	answerSync(link: LinkId): void {
		this.#broadcast.answer(link, encodeQuorumPacket(packetTypes.SYNC, zxidZero));
	}

	answerRevalidate(link: LinkId, session: SessionId, valid: boolean): void {
		const data = encodeRevalidateAnswer({ session, valid });
		this.#broadcast.answer(link, encodeQuorumPacket(packetTypes.REVALIDATE, noZxid, data));
	}

	get #phaseEndMs(): number {
		const { initLimit, tickMs } = this.#parts.timings;
		return this.#phaseSinceMs + initLimit * tickMs;
	}

	#enter(phase: Phase): void {
		this.#phase = phase;
		this.#phaseSinceMs = this.#parts.nowMs();
	}

	#commit(): void {
		const successor = this.#broadcast.commit();
		if (successor !== undefined) this.#finish(`server ${successor} is to lead the ensemble as it is now`);
	}

	/** Every decision that needs more than one server is taken by these. */
	#agreed(ids: ReadonlySet<ServerId>): boolean {
		return this.#parts.membership.quorum.isQuorum(ids);
	}

	#advance(): void {
		if (this.#phase === "collecting") this.#chooseEpoch();
		if (this.#phase === "confirming") this.#confirmEpoch();
		if (this.#phase === "synchronising") this.#beginServing();
	}

	#chooseEpoch(): void {
		const { id, epochs, effects } = this.#parts;
		if (!this.#agreed(this.#learners.followers("known").add(id))) return;
		this.#epoch = epoch(Math.max(epochs.accepted, epochs.latest) + 1);
		this.#broadcast = new LeaderBroadcast(this.#parts, this.#learners, this.#epoch);
		this.#enter("confirming");
		// The own promise counts when it is on disk, as everybody's; the others may be asked for theirs meanwhile.
		this.#ticket = this.#parts.drawTicket();
		epochs.save("acceptedEpoch", this.#epoch, this.#ticket, effects);
		for (const learner of this.#learners) if (learner.stage === "known") this.#tell(learner);
	}

	#tell(learner: LearnerLink): void {
		learner.stage = "told";
		learner.send(encodeQuorumPacket(packetTypes.LEADERINFO, zxidOf(this.#epoch, 0), encodeLeaderInfo()));
	}

	#confirmEpoch(): void {
		if (!this.#agreed(this.#withOwn(this.#learners.promised))) return;
		this.#enter("synchronising");
		nameVersion(this.#parts.membership, this.#epoch);
		this.#ticket = this.#parts.drawTicket();
		this.#parts.epochs.save("currentEpoch", this.#epoch, this.#ticket, this.#parts.effects);
		for (const learner of this.#learners) if (learner.stage === "promised") this.#sync(learner);
	}

	/**
	 * Also where a quorum of others would do: what this server logs from now on counts as its own acknowledgement. If it
	 * crashed before its disk has the epoch, its vote would name an earlier one, lose against a server that has less, and
	 * what was acknowledged would be truncated here.
	 */
	#beginServing(): void {
		const ids = this.#withOwn(this.#learners.followers("synced"));
		if (this.#ticket !== undefined || !this.#agreed(ids)) return;
		this.#enter("serving");
		const stays = completeReconfig(this.#parts);
		this.#broadcast.ownFlushed(this.#parts.storage.lastLoggedZxid);
		this.#parts.effects.note(`leading epoch ${this.#epoch}: servers ${[...ids].sort((a, b) => a - b)} agree`);
		this.#parts.effects.lead(this.#epoch);
		for (const learner of this.#learners) if (learner.stage === "synced") this.#letServe(learner);
		if (!stays) this.#finish("the ensemble as it is now has another leader");
	}

	/** The own word counts when the epoch that it is about is on disk. */
	#withOwn(ids: Set<ServerId>): Set<ServerId> {
		return this.#ticket === undefined ? ids.add(this.#parts.id) : ids;
	}

	#letServe(learner: LearnerLink): void {
		learner.stage = "serving";
		learner.send(encodeQuorumPacket(packetTypes.UPTODATE, noZxid));
		this.#broadcast.makeUpFor(learner);
	}

	#sync(learner: LearnerLink): void {
		const { storage, effects } = this.#parts;
		effects.note(syncLearner(learner, storage, this.#broadcast.proposals));
		learner.send(encodeNewLeader(this.#parts.membership, this.#epoch, this.serving));
		learner.stage = "syncing";
		learner.toldCommitted = this.#broadcast.proposals.committed;
	}

	#drain(learner: LearnerLink): void {
		while (this.#phase !== "over" && this.has(learner.link)) {
			const next = learner.splitter.next();
			if (next.type === "partial") return;
			if (next.type === "invalid") this.#drop(learner, next.reason);
			else this.#takeSafely(learner, next.packet);
		}
	}

	#takeSafely(learner: LearnerLink, packet: QuorumPacket): void {
		try {
			this.#take(learner, packet);
		} catch (error) {
			if (!(error instanceof DecodeError)) throw error;
			this.#drop(learner, `${describePacketType(packet.type)}: ${error.message}`);
		}
	}

	#take(learner: LearnerLink, packet: QuorumPacket): void {
		switch (packet.type) {
			case packetTypes.FOLLOWERINFO:
			case packetTypes.OBSERVERINFO:
				if (learner.stage !== "connected") break;
				this.#introduce(learner, packet);
				return;
			case packetTypes.ACKEPOCH:
				if (learner.stage !== "told") break;
				this.#promise(learner, packet);
				return;
			case packetTypes.ACK:
				if (!learner.isAtLeast("syncing")) break;
				this.#ack(learner, packet.zxid);
				return;
			default:
				if (!learner.isAtLeast("synced")) break;
				this.#takeServing(learner, packet);
				return;
		}
		this.#drop(learner, `${describePacketType(packet.type)} while it is ${learner.stage}`);
	}

	#takeServing(learner: LearnerLink, packet: QuorumPacket): void {
		const complaint = takeLearnerRequest(learner, packet, this.#parts.effects);
		if (complaint !== undefined) this.#drop(learner, complaint);
	}

	#introduce(learner: LearnerLink, packet: QuorumPacket): void {
		const complaint = this.#learners.introduce(learner, packet, this.#parts);
		if (complaint !== undefined) {
			this.#drop(learner, complaint);
			return;
		}
		const earlier = this.#learners.withId(learner.id);
		if (earlier !== undefined) this.#drop(earlier, "it has connected again");
		learner.stage = "known";
		this.#parts.effects.note(`${describeLearner(learner)} has come`);
		if (this.#isVoter(learner)) this.#parts.epochs.heardOf(learner.acceptedEpoch);
		if (this.#phase === "collecting") this.#advance();
		else if (this.#mayFollow(learner)) this.#tell(learner);
		else
			this.#finish(`${describeLearner(learner)} has accepted epoch ${learner.acceptedEpoch}, a later one must begin`);
	}

	/**
	 * A voter that has promised itself to a later leader, who came to nothing, can not take the promise back: while this
	 * epoch lasts, it would be refused for ever.
	 */
	#mayFollow(learner: LearnerLink): boolean {
		return learner.acceptedEpoch <= this.#epoch || !this.#isVoter(learner);
	}

	#isVoter({ id, follows }: LearnerLink): boolean {
		return follows && this.#parts.membership.quorum.voters.has(id);
	}

	#promise(learner: LearnerLink, packet: QuorumPacket): void {
		const current = decodeAckEpoch(packet.data);
		learner.stage = "promised";
		learner.lastZxid = packet.zxid;
		// Below 0: it may have promised itself to another leader of the same epoch.
		learner.currentEpoch = current < 0 || packet.zxid < 0 ? undefined : current;
		if (this.#phase === "synchronising" || this.serving) this.#sync(learner);
		else if (isAhead(learner, this.#parts)) this.#finish(`${describeLearner(learner)} has more than this server`);
		else this.#advance();
	}

	#ack(learner: LearnerLink, at: Zxid): void {
		if (counterOf(at) === 0) {
			if (at === zxidOf(this.#epoch, 0) && learner.stage === "syncing") this.#synced(learner);
			return;
		}
		if (at > this.#broadcast.proposals.last) {
			this.#drop(learner, `ACK of ${describeZxid(at)}, which was not proposed`);
			return;
		}
		learner.acked(at);
		if (learner.isAtLeast("synced")) this.#broadcast.count(learner);
	}

	#synced(learner: LearnerLink): void {
		learner.stage = "synced";
		learner.caughtUp();
		this.#broadcast.count(learner);
		if (this.serving) this.#letServe(learner);
		else this.#advance();
	}

	#checkLearners(nowMs: number): void {
		const ping = encodeQuorumPacket(packetTypes.PING, this.#broadcast.proposals.last);
		for (const learner of this.#learners) {
			const complaint = this.#learners.complaint(learner, nowMs);
			if (complaint !== undefined) this.#drop(learner, complaint);
			else if (learner.isAtLeast("synced")) learner.ping(ping, this.#broadcast.proposals.last);
		}
	}

	#checkQuorum(): void {
		const ids = this.#learners.followers("synced").add(this.#parts.id);
		if (!this.#agreed(ids)) this.#finish(`no quorum follows: only ${[...ids].sort((a, b) => a - b)}`);
	}

	#drop(learner: LearnerLink, reason: string): void {
		this.#parts.effects.note(`${describeLearner(learner)} is cut off: ${reason}`);
		this.#parts.effects.close(learner.link);
		this.#forget(learner);
	}

	#forget(learner: LearnerLink): void {
		this.#learners.remove(learner);
		this.#broadcast.forget(learner);
		if (learner.stage === "serving") this.#parts.effects.learnerGone(learner.link);
	}

	#finish(reason: string): void {
		if (this.#phase === "over") return;
		this.#phase = "over";
		this.#parts.end(reason);
	}
}
