import type { ServerId } from "../model/ids.js";
import type { EnsembleConfig } from "./ensemble-config.js";
import type { Member } from "./member.js";
import { bothQuorums, type Quorum, quorumOf, withVotersOf } from "./quorum.js";

export interface MembershipParts {
	readonly id: ServerId;
	/** As the server was started with. */
	readonly config: EnsembleConfig;
	/** Known to be committed, as the log has another one behind it; undefined when the log does not tell. */
	readonly settledConfig: EnsembleConfig | undefined;
	/** False: the ensemble stays as it is, whatever others say. */
	readonly reconfigEnabled: boolean;
	changed(): void;
}

/**
 * The ensemble as one of its servers knows it.
 *
 * 1. `config` is committed, and its version only goes up.
 * 2. `next` is newer, and may be committed already: say 1 and 2 of 1, 2, 3 have logged that 3 goes, and only 1 has heard of
 *    the commit. Were 2 to decide by `config` alone, it could do so with 3, and 1 without them both. So every decision
 *    needs a quorum of each.
 * 3. `next` is in this server's log, or the leader has named it. `heard` may be in somebody else's: it decides nothing here.
 *    But say 3 of 1, 2, 3 has logged, alone, that 4 and 5 take the place of 1 and 2, and needs their votes from now on: they
 *    have to know that they have one, and 1 and 2 where 4 and 5 are, which may have more in their logs than 3. It is kept
 *    from election to election, until a leader has served: see `Peer.#hear`.
 */
export class Membership {
	readonly #parts: MembershipParts;
	#config: EnsembleConfig;
	#next: EnsembleConfig | undefined;
	#heard: EnsembleConfig | undefined;
	#quorum: Quorum;
	#electorate: Quorum;

	constructor(parts: MembershipParts) {
		this.#parts = parts;
		const { config, settledConfig, reconfigEnabled } = parts;
		const isBehind = reconfigEnabled && settledConfig !== undefined && settledConfig.version > config.version;
		this.#config = isBehind ? settledConfig : config;
		this.#quorum = quorumOf(this.#config);
		this.#electorate = this.#quorum;
	}

	get reconfigEnabled(): boolean {
		return this.#parts.reconfigEnabled;
	}

	get config(): EnsembleConfig {
		return this.#config;
	}

	get next(): EnsembleConfig | undefined {
		return this.#next;
	}

	/** Of both. */
	get quorum(): Quorum {
		return this.#quorum;
	}

	/** For elections: the same, and who has a vote by what is heard. */
	get electorate(): Quorum {
		return this.#electorate;
	}

	get mayVote(): boolean {
		return this.#electorate.voters.has(this.#parts.id);
	}

	/**
	 * As what it joins a leader; a server that no configuration names (any more) follows without a vote. One that is to have
	 * a vote follows: a leader that needs a quorum of both may need it.
	 */
	get role(): "follower" | "observer" {
		if (this.mayVote) return "follower";
		return this.#config.members.get(this.#parts.id)?.role === "observer" ? "observer" : "follower";
	}

	/** This server, as far as it knows: also one that was let go has a place where it is answered. */
	get own(): Member | undefined {
		return this.maybeMember(this.#parts.id) ?? this.#parts.config.members.get(this.#parts.id);
	}

	maybeMember(id: ServerId): Member | undefined {
		return this.#config.members.get(id) ?? this.#next?.members.get(id) ?? this.#heard?.members.get(id);
	}

	/** What may become committed, or may be so already; not when it is older than what is. Undefined: nothing may. */
	expect(next: EnsembleConfig | undefined): void {
		const newer = next !== undefined && this.#isNew(next) ? next : undefined;
		if (newer === this.#next) return;
		this.#next = newer;
		this.#changed();
	}

	/**
	 * It follows in the log. A leader proposes it when the one before is committed: were that left out, a quorum of the first
	 * and the last would decide, perhaps without anybody of those between.
	 */
	succeed(next: EnsembleConfig): void {
		if (this.#next !== undefined && this.#next.version < next.version) this.activate(this.#next);
		this.expect(next);
	}

	/** Somebody else has it in its log. */
	hear(heard: EnsembleConfig): void {
		if (!this.#isNew(heard) || heard.version <= (this.#heard ?? this.#next ?? this.#config).version) return;
		this.#heard = heard;
		this.#changed();
	}

	/** What was heard may not be so any more: a leader has served since, or this server leads by what its own log has. */
	forget(): void {
		if (this.#heard === undefined) return;
		this.#heard = undefined;
		this.#changed();
	}

	/** It is committed. @returns whether that was not known */
	activate(config: EnsembleConfig): boolean {
		if (!this.#isNew(config)) return false;
		this.#config = config;
		if (this.#next !== undefined && !this.#isNew(this.#next)) this.#next = undefined;
		if (this.#heard !== undefined && !this.#isNew(this.#heard)) this.#heard = undefined;
		this.#changed();
		return true;
	}

	#isNew({ version }: EnsembleConfig): boolean {
		return this.#parts.reconfigEnabled && version > this.#config.version;
	}

	#changed(): void {
		const present = quorumOf(this.#config);
		this.#quorum = this.#next === undefined ? present : bothQuorums(present, quorumOf(this.#next));
		this.#electorate = this.#heard === undefined ? this.#quorum : withVotersOf(this.#quorum, quorumOf(this.#heard));
		this.#parts.changed();
	}
}
