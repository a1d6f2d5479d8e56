import { decodeUtf8 } from "../lib/utf8.js";
import type { ServerId, Zxid } from "../model/ids.js";
import { staysLeader } from "./designated-leader.js";
import { type EnsembleConfig, maybeConfig } from "./ensemble-config.js";
import type { LearnerLog } from "./learner-log.js";
import type { Member } from "./member.js";
import type { Membership } from "./membership.js";

/**
 * What a learner makes of its leader's words about the ensemble. Answers are undefined, or say why the role ends.
 *
 * A leader that does not serve yet says COMMIT of all that it has: nobody knows of a quorum that has it. Say 2 is the only
 * voter, has logged that 1 is, and sends it that. Were 1 to take it as committed at once, and fail before it has the log on
 * disk, it would begin again as the only voter, without what 2 has committed. So nothing is active before UPTODATE.
 */ export class LearnerConfig {
	readonly #membership: Membership;
	readonly #leader: Member;
	readonly #role: "follower" | "observer";
	/** What the leader names in NEWLEADER. */
	#established: EnsembleConfig | undefined;
	#judged: EnsembleConfig;

	constructor(membership: Membership, leader: Member, role: "follower" | "observer") {
		this.#membership = membership;
		this.#leader = leader;
		this.#role = role;
		this.#judged = membership.config;
	}

	/** NEWLEADER: what was expected here and is not in the log any more will not come. */
	name(data: Uint8Array | null, log: LearnerLog): string | undefined {
		if (data === null || data.length === 0 || !this.#membership.reconfigEnabled) return undefined;
		this.#established = maybeConfig(decodeUtf8(data));
		if (this.#established === undefined) return "NEWLEADER names no ensemble";
		if (!this.#isOpen(this.#membership.next?.version, log)) this.#membership.expect(this.#established);
		return undefined;
	}

	/** UPTODATE. A leader that serves already may have named what it has only proposed: Apache's does. */
	establish(log: LearnerLog): string | undefined {
		for (const config of [this.#established, this.#membership.next]) {
			if (config !== undefined && !this.#isOpen(config.version, log)) this.#membership.activate(config);
		}
		return this.#judge(undefined);
	}

	/** An entry is committed while this server serves; `designated`: who the leader says is to lead, if it says so. */
	committed(at: Zxid, designated: ServerId | undefined): string | undefined {
		const { next } = this.#membership;
		if (next?.version === at) this.#membership.activate(next);
		return this.#membership.config === this.#judged ? undefined : this.#judge(designated);
	}

	#judge(designated: ServerId | undefined): string | undefined {
		const { config, role } = this.#membership;
		this.#judged = config;
		const { id, addresses } = this.#leader;
		if (designated !== undefined && designated !== id)
			return `server ${designated} is to lead the ensemble as it is now`;
		if (role !== this.#role) return `in the ensemble as it is now this server is a ${role}`;
		if (staysLeader(id, addresses[0], config)) return undefined;
		return `server ${id} does not lead the ensemble as it is now`;
	}

	#isOpen(version: Zxid | undefined, log: LearnerLog): boolean {
		return version !== undefined && log.isOpen(version);
	}
}
