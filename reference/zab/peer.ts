import { assert, unreachable } from "../lib/assert.js";
import type { Epoch, LinkId, ServerId, SessionId } from "../model/ids.js";
import type {
	ForwardedRequest,
	PeerEffects,
	PeerEvent,
	PeerState,
	PeerStatus,
	PeerStorage,
	PeerTimings,
	Proposal,
	QuorumPort,
	TouchedSession,
} from "./contract.js";
import { type Decided, Elector } from "./elector.js";
import { configText, type EnsembleConfig, maybeConfig, sameEnsemble } from "./ensemble-config.js";
import { Epochs } from "./epochs.js";
import { Leader } from "./leader.js";
import { Learner } from "./learner.js";
import { Membership } from "./membership.js";
import { PeerHeldLinks } from "./peer-held-links.js";
import type { Role, RoleParts } from "./role.js";

export interface PeerParts {
	readonly id: ServerId;
	/** As the server was started with. */
	readonly config: EnsembleConfig;
	/** Known to be committed, as the log has another one behind it; undefined when the log does not tell. */
	readonly settledConfig: EnsembleConfig | undefined;
	/** False: the ensemble stays as it is in `config`. */
	readonly reconfigEnabled: boolean;
	readonly timings: PeerTimings;
	readonly storage: PeerStorage;
	readonly effects: PeerEffects;
	/** As the disk has them. */
	readonly epochs: { readonly acceptedEpoch: Epoch; readonly currentEpoch: Epoch };
	readonly nowMs: number;
}

/**
 * settling: the log is being flushed and applied, an election can not begin; looking: it is under way; then a role, until
 * it ends.
 */
type Phase =
	| { readonly type: "settling" }
	| { readonly type: "looking" }
	| { readonly type: "leading"; readonly role: Leader }
	| { readonly type: "learning"; readonly role: Learner };

type LinkEvent = Extract<PeerEvent, { type: "connected" | "received" | "closed" }>;

/** One server's part in an ensemble: elections, and the role that follows from each. */
export class Peer implements QuorumPort {
	readonly #parts: PeerParts;
	readonly #membership: Membership;
	readonly #epochs: Epochs;
	readonly #elector: Elector;
	readonly #held: PeerHeldLinks;
	/** What the disk has been asked for and has not done. */
	readonly #tickets = new Set<number>();
	#lastTicket = 0;
	#phase: Phase = { type: "settling" };
	#settled = false;
	#nowMs: number;
	#reason = "it has just started";
	#electionMs = 0;
	#leader: ServerId | undefined;
	#needsSnapshot = false;
	/** The last role has served. */
	#announced = false;

	constructor(parts: PeerParts) {
		const { id, timings, effects, epochs } = parts;
		this.#parts = parts;
		this.#nowMs = parts.nowMs;
		this.#membership = new Membership({ ...parts, changed: () => this.#configChanged() });
		this.#epochs = new Epochs(epochs.acceptedEpoch, epochs.currentEpoch);
		this.#held = new PeerHeldLinks(timings.initLimit * timings.tickMs);
		this.#elector = new Elector({
			...{ id, timings, effects, membership: this.#membership },
			later: (text) => this.#adopt(text),
			heard: (next) => this.#hear(next),
		});
	}

	get deadlineMs(): number {
		const roleMs = this.#role?.deadlineMs ?? Number.POSITIVE_INFINITY;
		return Math.min(roleMs, this.#elector.deadlineMs, this.#held.deadlineMs);
	}

	get status(): PeerStatus {
		const role = this.#role;
		return {
			state: this.#state,
			serving: role?.serving ?? false,
			leader: role === undefined ? undefined : this.#leader,
			epoch: role?.epoch ?? this.#epochs.current,
			electionMs: this.#electionMs,
			learners: this.#phase.type === "leading" ? this.#phase.role.learners : [],
			config: this.#membership.config,
			nextConfig: this.#membership.next,
		};
	}

	step(event: PeerEvent, nowMs: number): void {
		this.#nowMs = nowMs;
		this.#take(event);
		if (this.#phase.type === "settling") this.#maybeLook();
		const decided = this.#elector.takeDecided();
		if (decided !== undefined && this.#phase.type === "looking") this.#beginRole(decided);
		this.#announce();
	}

	propose(proposal: Proposal): void {
		if (this.#phase.type === "leading") this.#phase.role.propose(proposal);
	}

	forward(request: ForwardedRequest): void {
		if (this.#phase.type === "learning") this.#phase.role.forward(request);
	}

	revalidate(session: TouchedSession): void {
		if (this.#phase.type === "learning") this.#phase.role.revalidate(session);
	}

	answerSync(learner: LinkId): void {
		if (this.#phase.type === "leading") this.#phase.role.answerSync(learner);
	}

	answerRevalidate(learner: LinkId, session: SessionId, valid: boolean): void {
		if (this.#phase.type === "leading") this.#phase.role.answerRevalidate(learner, session, valid);
	}

	get #role(): Role | undefined {
		return this.#phase.type === "leading" || this.#phase.type === "learning" ? this.#phase.role : undefined;
	}

	get #state(): PeerState {
		if (this.#phase.type === "leading") return "leading";
		if (this.#phase.type !== "learning") return "looking";
		return this.#phase.role.kind === "follower" ? "following" : "observing";
	}

	#take(event: PeerEvent): void {
		switch (event.type) {
			case "opened":
				if (event.door === "quorum") this.#openedQuorum(event.link, event.address);
				else this.#elector.opened(event.link, event.address, this.#nowMs);
				return;
			case "connected":
			case "received":
			case "closed":
				this.#takeLink(event);
				return;
			case "flushed":
				this.#role?.flushed(event.zxid);
				return;
			case "stored":
				this.#tickets.delete(event.ticket);
				this.#epochs.stored(event.ticket);
				this.#role?.stored(event.ticket);
				return;
			case "settled":
				this.#settled = true;
				return;
			case "time":
				this.#timePassed();
				return;
			default:
				unreachable(event);
		}
	}

	#openedQuorum(link: LinkId, address: string): void {
		if (this.#phase.type === "leading") this.#phase.role.opened(link, address);
		else if (this.#phase.type === "learning" || !this.#held.hold(link, address, this.#nowMs)) {
			this.#parts.effects.close(link);
		}
	}

	#takeLink(event: LinkEvent): void {
		const { link } = event;
		const isElection = this.#elector.has(link);
		if (isElection) this.#takeElectionLink(event);
		else if (this.#held.has(link)) this.#takeHeld(event);
		else if (this.#role?.has(link)) this.#takeRoleLink(this.#role, event);
		// A learner that goes looking says so, and its link ends; either may be seen first.
		if (this.#phase.type === "leading" && (isElection || event.type === "closed")) {
			this.#phase.role.abandoned(this.#elector.lookingAgain);
		}
	}

	#takeElectionLink(event: LinkEvent): void {
		if (event.type === "connected") this.#elector.connected(event.link, this.#nowMs);
		else if (event.type === "received") this.#elector.received(event.link, event.bytes, this.#nowMs);
		else this.#elector.closed(event.link, this.#nowMs);
	}

	#takeHeld(event: LinkEvent): void {
		if (event.type === "received" && this.#held.received(event.link, event.bytes)) return;
		this.#held.remove(event.link);
		if (event.type !== "closed") this.#parts.effects.close(event.link);
	}

	#takeRoleLink(role: Role, event: LinkEvent): void {
		if (event.type === "received") role.received(event.link, event.bytes);
		else if (event.type === "closed") role.closed(event.link);
		else if (this.#phase.type === "learning") this.#phase.role.connected();
	}

	#timePassed(): void {
		for (const { link } of this.#held.takeOverdue(this.#nowMs)) this.#parts.effects.close(link);
		if (this.#elector.deadlineMs <= this.#nowMs) this.#elector.timePassed(this.#nowMs);
		const role = this.#role;
		if (role !== undefined && role.deadlineMs <= this.#nowMs) role.timePassed();
	}

	/** An election needs to know where the own log ends, so nothing may be on its way to the disk. */
	#maybeLook(): void {
		if (!this.#settled || this.#tickets.size > 0) return;
		this.#settled = false;
		this.#phase = { type: "looking" };
		const { storage, effects } = this.#parts;
		if (this.#announced) this.#membership.forget();
		this.#membership.expect(storage.config);
		effects.configured(this.#membership.config, this.#membership.next);
		this.#look(this.#reason);
	}

	#look(reason: string): void {
		const own = { zxid: this.#parts.storage.lastLoggedZxid, peerEpoch: this.#epochs.current };
		this.#elector.start(own, reason, this.#nowMs);
	}

	/** Somebody tells of a later ensemble while this server looks for a leader: it may be one without those it asks. */
	#adopt(text: string): void {
		if (this.#phase.type !== "looking" || !this.#membership.reconfigEnabled) return;
		const before = this.#membership.config;
		const later = maybeConfig(text);
		if (later === undefined || !this.#membership.activate(later) || sameEnsemble(before, later)) return;
		this.#parts.effects.note(`a later ensemble is known elsewhere: ${configText(later).replaceAll("\n", ", ")}`);
		this.#look("the ensemble is another one");
	}

	/**
	 * It may be that this server has a vote, and nobody could tell it. Who follows a leader that does not serve yet takes it in
	 * as well. Say 1 and 2 are the ensemble, 4 has logged that it joins, and 1 elects 2 before it has heard of 4, which 2
	 * elects: did 1 not know of 4 when it looks again, it would elect 2 again, and so on for ever.
	 */
	#hear(next: EnsembleConfig): void {
		const isLooking = this.#phase.type === "looking";
		const isUnserved = this.#phase.type === "learning" && !this.#announced;
		if (!this.#membership.reconfigEnabled || !(isLooking || isUnserved)) return;
		const { mayVote } = this.#membership;
		this.#membership.hear(next);
		const hasVote = this.#membership.mayVote;
		if (isLooking && hasVote !== mayVote) this.#look("this server may have a vote in the ensemble to come");
	}

	#configChanged(): void {
		this.#elector.configChanged();
		this.#parts.effects.configured(this.#membership.config, this.#membership.next);
	}

	#beginRole({ leader, durationMs, line }: Decided): void {
		this.#parts.effects.note(line);
		this.#electionMs = durationMs;
		this.#leader = leader;
		this.#announced = false;
		if (leader === this.#parts.id) this.#beginLeading();
		else this.#beginLearning(leader);
	}

	#beginLeading(): void {
		this.#membership.forget();
		const role = new Leader(this.#roleParts());
		this.#phase = { type: "leading", role };
		const held = this.#held.takeAll();
		for (const { link, address } of held) role.opened(link, address);
		role.start();
		for (const { link, chunks } of held) for (const bytes of chunks) role.received(link, bytes);
	}

	#beginLearning(leader: ServerId): void {
		const { effects } = this.#parts;
		for (const { link } of this.#held.takeAll()) effects.close(link);
		const member = this.#membership.maybeMember(leader);
		assert(member !== undefined, "only a member is elected");
		const role = new Learner(this.#roleParts(), member, this.#membership.role, this.#needsSnapshot);
		this.#phase = { type: "learning", role };
	}

	#roleParts(): RoleParts {
		return {
			...this.#parts,
			membership: this.#membership,
			epochs: this.#epochs,
			nowMs: () => this.#nowMs,
			drawTicket: () => this.#drawTicket(),
			end: (reason) => this.#endRole(reason),
		};
	}

	#drawTicket(): number {
		this.#tickets.add(++this.#lastTicket);
		return this.#lastTicket;
	}

	#endRole(reason: string): void {
		const phase = this.#phase;
		assert(phase.type === "leading" || phase.type === "learning", "a role ends once");
		if (phase.type === "learning") this.#needsSnapshot = phase.role.needsSnapshot;
		this.#parts.effects.note(`${this.#state} ends: ${reason}`);
		phase.role.leave();
		this.#elector.leave();
		this.#phase = { type: "settling" };
		this.#reason = reason;
		this.#parts.effects.endRole(reason);
	}

	/** Who joins later compares the epoch that the ensemble has agreed on. */
	#announce(): void {
		const role = this.#role;
		if (this.#announced || role === undefined || !role.serving) return;
		this.#announced = true;
		this.#elector.epochAgreed(role.epoch);
	}
}
