import { assert } from "../lib/assert.js";
import type { ServerId } from "../model/ids.js";
import type { PeerState, PeerTimings } from "./contract.js";
import {
	type Candidate,
	compareCandidates,
	type Notification,
	noCandidate,
	notificationVersion,
	sameVote,
	type Vote,
} from "./notification.js";
import type { Quorum } from "./quorum.js";

export interface ElectionEffects {
	send(to: ServerId, vote: Vote): void;
	/** To every voter but oneself. */
	broadcast(vote: Vote): void;
	/** Whether this server can be heard: an election link to it is up, or coming up. */
	isReachable(id: ServerId): boolean;
}

export type ElectionTimings = Pick<PeerTimings, "finalizeWaitMs" | "notificationMsMin" | "notificationMsMax">;

/** Until an ensemble has a leader, one without a vote asks this often at least. */
const nonVoterAskMsMax = 2000;

/**
 * One server's part in fast leader election (version 2 of its messages).
 *
 * 1. `received` holds votes of the own round only, the own one among them; `outside` those of servers that are in a role.
 * 2. The proposal is the best candidate heard of in this round whose weight is not 0, the own one at its beginning.
 * 3. A vote decides nothing by itself: a leader is named when a quorum has it, and the epochs are agreed on afterwards.
 */
export class Election {
	readonly #id: ServerId;
	readonly #timings: ElectionTimings;
	readonly #effects: ElectionEffects;
	#quorum: Quorum;
	#state: PeerState = "looking";
	/** Its log's end is not known: it neither votes nor answers. */
	#isAway = true;
	#round = 0;
	#own: Candidate = noCandidate;
	#proposal: Candidate = noCandidate;
	readonly #received = new Map<ServerId, Vote>();
	readonly #outside = new Map<ServerId, Vote>();
	/** Who has been sent the present proposal at a time at which it was looking, in this round. */
	readonly #told = new Set<ServerId>();
	/** Servers without a vote that asked while there was no answer. */
	readonly #askers = new Set<ServerId>();
	readonly #lookingAgain = new Set<ServerId>();
	#resendMs = 0;
	#resendAtMs = Number.POSITIVE_INFINITY;
	#finalizeAtMs = Number.POSITIVE_INFINITY;

	constructor(id: ServerId, quorum: Quorum, timings: ElectionTimings, effects: ElectionEffects) {
		this.#id = id;
		this.#quorum = quorum;
		this.#timings = timings;
		this.#effects = effects;
	}

	get state(): PeerState {
		return this.#state;
	}

	/** What this server would answer now. */
	get vote(): Vote {
		return { ...this.#proposal, round: this.#round, state: this.#state, version: notificationVersion };
	}

	/**
	 * Voters that have told, since this election was decided, that they begin another one or vote for a better leader. A
	 * leader that waits for its followers need not wait for these: they will not come before it gives up.
	 */
	get lookingAgain(): ReadonlySet<ServerId> {
		return this.#lookingAgain;
	}

	/** When `timePassed` wants to be called; infinite when nothing is to do. */
	get deadlineMs(): number {
		return Math.min(this.#resendAtMs, this.#finalizeAtMs);
	}

	get #mayVote(): boolean {
		return this.#quorum.voters.has(this.#id);
	}

	/** Begins a round. `own`: the own log's end and currentEpoch. */
	start(own: Omit<Candidate, "leader">, nowMs: number): void {
		this.#state = "looking";
		this.#isAway = false;
		this.#own = this.#mayVote ? { peerEpoch: own.peerEpoch, zxid: own.zxid, leader: this.#id } : noCandidate;
		this.#outside.clear();
		this.#askers.clear();
		this.#lookingAgain.clear();
		this.#resendMs = this.#timings.notificationMsMin;
		this.#enterRound(this.#round + 1, this.#own);
		this.#broadcast(nowMs);
		this.#judge(nowMs);
	}

	/** The role is over and the next election can not begin yet: naming the leader that was would mislead others. */
	leave(): void {
		this.#state = "looking";
		this.#isAway = true;
	}

	/** What another server says, over whichever link. */
	take(from: ServerId, heard: Notification, nowMs: number): void {
		if (from === this.#id || this.#isAway) return;
		if (this.#state !== "looking") this.#answer(from, heard);
		else if (!this.#quorum.voters.has(from) || isAsking(heard)) this.#answerNonVoter(from, heard);
		else if (heard.state === "looking") this.#takeLooking(from, heard, nowMs);
		else if (heard.state !== "observing") this.#takeDecided(from, heard);
		if (this.#state === "looking") this.#judge(nowMs);
	}

	/** A link came up or went down: that may have been the last one to wait for. */
	linksChanged(nowMs: number): void {
		if (this.#state === "looking" && !this.#isAway) this.#judge(nowMs);
	}

	timePassed(nowMs: number): void {
		if (this.#state !== "looking" || this.#isAway) return;
		this.#judge(nowMs);
		if (this.#state !== "looking" || nowMs < this.#resendAtMs) return;
		const maxMs = this.#mayVote ? this.#timings.notificationMsMax : nonVoterAskMsMax;
		this.#resendMs = Math.min(2 * this.#resendMs, Math.max(maxMs, this.#timings.notificationMsMin));
		this.#broadcast(nowMs);
	}

	/** The ensemble has agreed on an epoch: joiners compare it. */
	epochAgreed(peerEpoch: Vote["peerEpoch"]): void {
		this.#proposal = { ...this.#proposal, peerEpoch };
	}

	/** An election under way is to be started again. Who follows may have got a vote: its answers count from now on. */
	quorumChanged(quorum: Quorum): void {
		this.#quorum = quorum;
		if (this.#state === "following" || this.#state === "observing")
			this.#state = this.#mayVote ? "following" : "observing";
	}

	#answer(from: ServerId, heard: Notification): void {
		if (this.#quorum.voters.has(from) && this.#isElsewhere(heard)) this.#lookingAgain.add(from);
		if (heard.state === "looking") this.#effects.send(from, this.vote);
	}

	/**
	 * It will not come, or come back, to the leader that was decided on here: it looks in a later round, or has changed its
	 * mind. (1 votes for 2, which decides at once; then 1 hears of 3, a better candidate, and the two agree on that one.)
	 */
	#isElsewhere(heard: Notification): boolean {
		if (heard.state === "looking" && heard.round > this.#round) return true;
		if (heard.round < this.#round || heard.leader === this.#proposal.leader) return false;
		return heard.state === "looking" ? this.#isBetter(heard, this.#proposal) : heard.state !== "observing";
	}

	/** Two without a vote do not answer each other: that would never end. */
	#answerNonVoter(from: ServerId, heard: Notification): void {
		if (!this.#mayVote || heard.state !== "looking") return;
		this.#askers.add(from);
		this.#effects.send(from, this.vote);
	}

	#takeLooking(from: ServerId, heard: Notification, nowMs: number): void {
		if (heard.round < this.#round) {
			if (this.#mayVote) this.#effects.send(from, this.vote);
			return;
		}
		if (!this.#quorum.voters.has(heard.leader) || heard.zxid === -1) return;
		if (heard.round > this.#round) {
			this.#enterRound(heard.round, this.#isBetter(heard, this.#own) ? heard : this.#own);
			this.#record(from, heard);
			this.#broadcast(nowMs);
		} else if (this.#isBetter(heard, this.#proposal)) {
			this.#propose(heard);
			this.#record(from, heard);
			this.#broadcast(nowMs);
		} else {
			this.#record(from, heard);
			this.#tell(from);
		}
	}

	/** Its message of this round may be its first since it went looking: what was sent before, it has thrown away. */
	#tell(to: ServerId): void {
		if (this.#told.has(to) || !this.#mayVote) return;
		this.#told.add(to);
		this.#effects.send(to, this.vote);
	}

	#takeDecided(from: ServerId, heard: Notification): void {
		if (!this.#quorum.voters.has(heard.leader)) return;
		if (heard.round === this.#round) {
			// Within a round the leader alone says which vote is meant: its epoch may change while it is told.
			this.#record(from, { ...heard, version: 0 });
		}
		this.#outside.set(from, heard);
		const inRound = heard.round === this.#round && this.#leads(this.#received, heard);
		if (inRound || this.#leads(this.#outside, heard)) this.#decide(heard);
	}

	/**
	 * A quorum follows it, and it says itself that it leads: it may be dead, and its followers not know it yet. Its last
	 * words may also come after those who heard its end first have begun to look.
	 *
	 * A quorum of the configuration that everybody knows is enough for whoever joins it: say 3 of 1, 2, 3 has logged that 4 and
	 * 5 take the place of 1 and 2, alone, and failed. They go on without it, and never have a quorum of 3, 4, 5.
	 */
	#leads(votes: ReadonlyMap<ServerId, Vote>, named: Vote): boolean {
		if (named.leader === this.#id) {
			if (named.round !== this.#round) return false;
		} else if (votes.get(named.leader)?.state !== "leading" || !this.#effects.isReachable(named.leader)) return false;
		const ids = votersFor(votes, named);
		return named.leader === this.#id ? this.#quorum.isQuorum(ids) : this.#quorum.isKnownQuorum(ids);
	}

	#haveQuorum(votes: ReadonlyMap<ServerId, Vote>, named: Vote): boolean {
		return this.#quorum.isQuorum(votersFor(votes, named));
	}

	/** Decides when a quorum has the own proposal and nobody who could name a better one may still speak. */
	#judge(nowMs: number): void {
		const proposal = this.vote;
		if (!this.#haveQuorum(this.#received, proposal)) {
			this.#finalizeAtMs = Number.POSITIVE_INFINITY;
			return;
		}
		if (this.#finalizeAtMs === Number.POSITIVE_INFINITY) this.#finalizeAtMs = nowMs + this.#timings.finalizeWaitMs;
		if (nowMs >= this.#finalizeAtMs || this.#allHeard(proposal)) this.#decide(proposal);
	}

	#allHeard(proposal: Vote): boolean {
		for (const id of this.#quorum.voters) {
			if (id === this.#id || !this.#effects.isReachable(id)) continue;
			const vote = this.#received.get(id);
			if (vote === undefined || !sameVote(proposal, vote)) return false;
		}
		return true;
	}

	#decide(vote: Vote): void {
		assert(this.#state === "looking", "an election ends once");
		this.#round = Math.max(vote.round, 0);
		this.#proposal = { leader: vote.leader, zxid: vote.zxid, peerEpoch: vote.peerEpoch };
		if (!this.#mayVote) this.#state = "observing";
		else this.#state = vote.leader === this.#id ? "leading" : "following";
		this.#resendAtMs = Number.POSITIVE_INFINITY;
		this.#finalizeAtMs = Number.POSITIVE_INFINITY;
		for (const id of this.#askers) this.#effects.send(id, this.vote);
		this.#askers.clear();
	}

	#isBetter(one: Candidate, other: Candidate): boolean {
		if (this.#quorum.weightOf(one.leader) === 0) return false;
		const isKnown = ({ leader }: Candidate): number => Number(this.#quorum.known.has(leader));
		const byLog = one.peerEpoch - other.peerEpoch || one.zxid - other.zxid;
		// With equal logs, one that a reconfiguration brings could not be followed by those who have not heard of it.
		return (byLog || isKnown(one) - isKnown(other) || compareCandidates(one, other)) > 0;
	}

	#enterRound(round: number, proposal: Candidate): void {
		this.#round = round;
		this.#received.clear();
		this.#propose(proposal);
	}

	#propose({ peerEpoch, zxid, leader }: Candidate): void {
		this.#proposal = { peerEpoch, zxid, leader };
		this.#finalizeAtMs = Number.POSITIVE_INFINITY;
		if (this.#mayVote) this.#received.set(this.#id, this.vote);
	}

	#record(from: ServerId, vote: Vote): void {
		this.#received.set(from, vote);
	}

	#broadcast(nowMs: number): void {
		this.#told.clear();
		for (const [id, { state }] of this.#received) if (state === "looking") this.#told.add(id);
		this.#resendAtMs = nowMs + this.#resendMs;
		this.#effects.broadcast(this.vote);
	}
}

/** Names nobody: it does not know of a right to vote, which the next configuration may give it. */
const isAsking = ({ state, leader }: Notification): boolean => state === "looking" && leader === noCandidate.leader;

/** Who is for the same leader, in the same election. */
function votersFor(votes: ReadonlyMap<ServerId, Vote>, named: Vote): ReadonlySet<ServerId> {
	const ids = new Set<ServerId>();
	for (const [id, vote] of votes) if (sameVote(named, vote)) ids.add(id);
	return ids;
}
