import { assert } from "../lib/assert.js";
import { encodeUtf8 } from "../lib/utf8.js";
import type { Epoch, LinkId, ServerId, Zxid } from "../model/ids.js";
import { describeZxid } from "../model/ids.js";
import type { PeerEffects, PeerState, PeerTimings } from "./contract.js";
import { Election } from "./election.js";
import { ElectionLinks } from "./election-links.js";
import { type EnsembleConfig, maybeVersionOf } from "./ensemble-config.js";
import type { Endpoint, Member } from "./member.js";
import type { Membership } from "./membership.js";
import { encodeNotification, maybeNotification, type Vote } from "./notification.js";
import { maybeToldNext, toldText } from "./told-config.js";

export interface ElectorParts {
	readonly id: ServerId;
	readonly membership: Membership;
	readonly timings: PeerTimings;
	readonly effects: Pick<PeerEffects, "connect" | "send" | "close" | "note">;
	/** A vote has come with a later configuration, which is committed. */
	later(text: string): void;
	/** A vote has come with one that is logged elsewhere, and may be committed. */
	heard(next: EnsembleConfig): void;
}

/** How an election ended. */
export interface Decided {
	readonly leader: ServerId;
	/** This server's own part. */
	readonly state: Exclude<PeerState, "looking">;
	readonly vote: Vote;
	readonly durationMs: number;
	/** One line for the log, with why the election began. */
	readonly line: string;
}

/** Trouble with one address is told once in this time. */
const troubleSilenceMs = 60_000;
const troublesKeptMax = 100;

/** All of a member's elections: links, votes, and the answers to others while it has a role. */
export class Elector {
	readonly #parts: ElectorParts;
	readonly #election: Election;
	readonly #links: ElectionLinks;
	readonly #toldAtMs = new Map<string, number>();
	readonly #heard = new Map<ServerId, Vote>();
	readonly #answered = new Map<ServerId, { readonly to: Vote; readonly vote: Vote; readonly atMs: number }>();
	/** Where the others find this server; also when no configuration names it any more. */
	#own: Endpoint;
	#configBytes: Uint8Array;
	#nowMs = 0;
	#startedMs = 0;
	#reason = "";
	#decidedTaken = true;

	constructor(parts: ElectorParts) {
		this.#parts = parts;
		this.#own = electionPortOf(parts.membership.own) ?? { host: "", port: 0 };
		this.#configBytes = encodeUtf8(toldText(parts.membership));
		this.#links = this.#makeLinks();
		this.#election = new Election(parts.id, parts.membership.electorate, parts.timings, {
			send: (to, vote) => this.#answer(to, vote),
			broadcast: (vote) => this.#broadcast(vote),
			isReachable: (id) => this.#links.isReachable(id),
		});
	}

	/** Looking until an election is decided, then the role that it gave. */
	get state(): PeerState {
		return this.#election.state;
	}

	/** See `Election`: voters that have gone looking since this server's role began. */
	get lookingAgain(): ReadonlySet<ServerId> {
		return this.#election.lookingAgain;
	}

	get deadlineMs(): number {
		return Math.min(this.#election.deadlineMs, this.#links.deadlineMs);
	}

	/** Begins an election; `own`: the own log's end and currentEpoch. A role that this server had is over. */
	start(own: { readonly zxid: Zxid; readonly peerEpoch: Epoch }, reason: string, nowMs: number): void {
		this.#nowMs = nowMs;
		this.#startedMs = nowMs;
		this.#reason = reason;
		this.#decidedTaken = false;
		this.#answered.clear();
		this.#election.start(own, nowMs);
	}

	/** The role is over; nobody is answered until `start`. */
	leave(): void {
		this.#election.leave();
	}

	/** How the election ended, once; undefined while it has not. */
	takeDecided(): Decided | undefined {
		const { state } = this.#election;
		if (this.#decidedTaken || state === "looking") return undefined;
		const { vote } = this.#election;
		this.#decidedTaken = true;
		const durationMs = this.#nowMs - this.#startedMs;
		return { leader: vote.leader, state, vote, durationMs, line: this.#line(vote, durationMs) };
	}

	has(link: LinkId): boolean {
		return this.#links.has(link);
	}

	/** Somebody connected to the election port. */
	opened(link: LinkId, address: string, nowMs: number): void {
		this.#nowMs = nowMs;
		this.#links.opened(link, address, nowMs);
	}

	connected(link: LinkId, nowMs: number): void {
		this.#nowMs = nowMs;
		this.#links.connected(link, nowMs);
		this.#election.linksChanged(nowMs);
	}

	received(link: LinkId, bytes: Uint8Array, nowMs: number): void {
		this.#nowMs = nowMs;
		this.#links.received(link, bytes, nowMs);
		this.#election.linksChanged(nowMs);
	}

	closed(link: LinkId, nowMs: number): void {
		this.#nowMs = nowMs;
		this.#links.closed(link);
		this.#election.linksChanged(nowMs);
	}

	timePassed(nowMs: number): void {
		this.#nowMs = nowMs;
		this.#links.timePassed(nowMs);
		this.#election.timePassed(nowMs);
	}

	/** The leader's epoch is agreed on: votes name it from now on. */
	epochAgreed(epoch: Epoch): void {
		this.#election.epochAgreed(epoch);
	}

	/** The membership has changed; an election under way must be started again. */
	configChanged(): void {
		const { id, membership } = this.#parts;
		this.#own = this.#addressOf(id) ?? this.#own;
		this.#configBytes = encodeUtf8(toldText(membership));
		this.#election.quorumChanged(membership.electorate);
		this.#links.addressesChanged();
	}

	#makeLinks(): ElectionLinks {
		const { id, timings, effects } = this.#parts;
		return new ElectionLinks({
			id,
			own: () => this.#own,
			connectTimeoutMs: timings.connectTimeoutMs,
			effects,
			addressOf: (of) => this.#addressOf(of),
			received: (from, bytes) => this.#take(from, bytes),
			trouble: (address, reason) => this.#trouble(address, reason),
		});
	}

	#addressOf(id: ServerId): Endpoint | undefined {
		return electionPortOf(this.#parts.membership.maybeMember(id));
	}

	#take(from: ServerId, bytes: Uint8Array): boolean {
		const heard = maybeNotification(bytes);
		if (heard === undefined) return false;
		this.#heard.set(from, heard);
		if (heard.config !== undefined) this.#takeConfig(from, heard.config);
		this.#election.take(from, heard, this.#nowMs);
		return true;
	}

	#takeConfig(from: ServerId, text: string): void {
		if (this.state === "looking") this.#compareVersions(from, text);
		const next = maybeToldNext(text);
		if (next !== undefined) this.#parts.heard(next);
	}

	#compareVersions(from: ServerId, text: string): void {
		const { config, mayVote } = this.#parts.membership;
		const version = maybeVersionOf(text) ?? config.version;
		if (version > config.version) this.#parts.later(text);
		// It may know none of those who vote by now. Who votes answers anyway.
		if (version < config.version && !mayVote) this.#answer(from, this.#election.vote);
	}

	/**
	 * The same to the same only as often as somebody may ask. Two who know different ensembles would answer each other's
	 * answers for ever: one takes the other for no voter and keeps its round, the other finds that round to be an old one.
	 */
	#answer(to: ServerId, vote: Vote): void {
		const heard = this.#heard.get(to);
		assert(heard !== undefined, "who is answered was heard");
		const last = this.#answered.get(to);
		const isSame = last !== undefined && isEqual(last.to, heard) && isEqual(last.vote, vote);
		if (isSame && this.#nowMs < last.atMs + this.#parts.timings.notificationMsMin) return;
		this.#answered.set(to, { to: heard, vote, atMs: this.#nowMs });
		this.#links.send(to, this.#encode(vote), this.#nowMs);
	}

	#broadcast(vote: Vote): void {
		const { id, membership } = this.#parts;
		const bytes = this.#encode(vote);
		for (const to of membership.electorate.voters) if (to !== id) this.#links.send(to, bytes, this.#nowMs);
	}

	#encode(vote: Vote): Uint8Array {
		return encodeNotification(vote, this.#configBytes);
	}

	#trouble(address: string, reason: string): void {
		// Ports of those who come differ each time.
		const line = `${address.replace(/:\d+$/, "")}: ${reason}`;
		const toldAtMs = this.#toldAtMs.get(line);
		if (toldAtMs !== undefined && this.#nowMs < toldAtMs + troubleSilenceMs) return;
		if (this.#toldAtMs.size >= troublesKeptMax) this.#toldAtMs.clear();
		this.#toldAtMs.set(line, this.#nowMs);
		this.#parts.effects.note(line);
	}

	#line({ leader, round, zxid, peerEpoch }: Vote, durationMs: number): string {
		const result = `server ${leader} is to lead (epoch ${peerEpoch}, zxid ${describeZxid(zxid)})`;
		return `election: ${result}, round ${round} took ${Math.round(durationMs)} ms; it began because ${this.#reason}`;
	}
}

/** In everything, not only in what counts within a round. */
function isEqual(one: Vote, other: Vote): boolean {
	const keys = ["state", "round", "leader", "zxid", "peerEpoch"] as const;
	return keys.every((key) => one[key] === other[key]);
}

function electionPortOf(member: Member | undefined): Endpoint | undefined {
	const address = member?.addresses[0];
	return address === undefined ? undefined : { host: address.host, port: address.electionPort };
}
