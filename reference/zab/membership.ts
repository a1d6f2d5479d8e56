import type { ServerId } from "../model/ids.js";
import type { EnsembleConfig } from "./ensemble-config.js";
import type { Member } from "./member.js";
import { bothQuorums, type Quorum, quorumOf } from "./quorum.js";

export interface MembershipParts {
	readonly id: ServerId;
	/** As the server was started with. */
	readonly config: EnsembleConfig;
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
 */
export class Membership {
	readonly #parts: MembershipParts;
	#config: EnsembleConfig;
	#next: EnsembleConfig | undefined;
	#quorum: Quorum;

	constructor(parts: MembershipParts) {
		this.#parts = parts;
		this.#config = parts.config;
		this.#quorum = quorumOf(parts.config);
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

	get mayVote(): boolean {
		return this.#quorum.voters.has(this.#parts.id);
	}

	/**
	 * As what it joins a leader; a server that no configuration names (any more) follows without a vote. One that is to have
	 * a vote follows: a leader that needs a quorum of both may need it.
	 */
	get role(): "follower" | "observer" {
		if (this.mayVote) return "follower";
		return this.#config.members.get(this.#parts.id)?.role === "observer" ? "observer" : "follower";
	}

	maybeMember(id: ServerId): Member | undefined {
		return this.#config.members.get(id) ?? this.#next?.members.get(id);
	}

	/** What may become committed, or may be so already; not when it is older than what is. Undefined: nothing may. */
	expect(next: EnsembleConfig | undefined): void {
		const newer = next !== undefined && this.#isNew(next) ? next : undefined;
		if (newer === this.#next) return;
		this.#next = newer;
		this.#changed();
	}

	/** It is committed. @returns whether that was not known */
	activate(config: EnsembleConfig): boolean {
		if (!this.#isNew(config)) return false;
		this.#config = config;
		if (this.#next !== undefined && !this.#isNew(this.#next)) this.#next = undefined;
		this.#changed();
		return true;
	}

	#isNew({ version }: EnsembleConfig): boolean {
		return this.#parts.reconfigEnabled && version > this.#config.version;
	}

	#changed(): void {
		const present = quorumOf(this.#config);
		this.#quorum = this.#next === undefined ? present : bothQuorums(present, quorumOf(this.#next));
		this.#parts.changed();
	}
}
