import { limits } from "../lib/limits.js";
import { describeZxid, epochOf, type LinkId, type ServerId, serverId } from "../model/ids.js";
import type { LearnerStatus, PeerEffects, PeerTimings } from "./contract.js";
import { LearnerLink, type LearnerStage } from "./learner-link.js";
import { decodeLearnerInfo } from "./quorum-bodies.js";
import { packetTypes, type QuorumPacket } from "./quorum-packet.js";
import type { RoleParts } from "./role.js";

/** Everybody who is connected to a leader. */
export class LeaderLearners {
	readonly #links = new Map<LinkId, LearnerLink>();
	readonly #effects: PeerEffects;
	readonly #timings: PeerTimings;
	#namelessCount = 0;

	constructor(effects: PeerEffects, timings: PeerTimings) {
		this.#effects = effects;
		this.#timings = timings;
	}

	/** Undefined when too many are connected that have not said who they are. */
	open(link: LinkId, address: string, nowMs: number): LearnerLink | undefined {
		let strangers = 0;
		for (const learner of this.#links.values()) if (learner.stage === "connected") strangers++;
		if (strangers >= limits.quorumStrangersMax) return undefined;
		const learner = new LearnerLink(link, address, nowMs, this.#effects);
		this.#links.set(link, learner);
		return learner;
	}

	get(link: LinkId): LearnerLink | undefined {
		return this.#links.get(link);
	}

	/** Takes down what it says of itself. @returns why it can not stay, if so @throws DecodeError */
	introduce(learner: LearnerLink, { type, zxid, data }: QuorumPacket, parts: RoleParts): string | undefined {
		const { id, configVersion } = decodeLearnerInfo(data);
		learner.id = id ?? serverId(-2 - this.#namelessCount++);
		learner.role = type === packetTypes.OBSERVERINFO ? "observer" : "follower";
		learner.acceptedEpoch = epochOf(zxid);
		if (configVersion > parts.membership.config.version)
			return `it knows a later ensemble, of ${describeZxid(configVersion)}`;
		if (id === parts.id) return `it says that it is server ${id}, which is this one`;
		return learner.acceptedEpoch > limits.epochMax ? `no epoch is as large as ${learner.acceptedEpoch}` : undefined;
	}

	remove(learner: LearnerLink): void {
		this.#links.delete(learner.link);
	}

	[Symbol.iterator](): Iterator<LearnerLink> {
		return [...this.#links.values()][Symbol.iterator]();
	}

	/** The one that came with this id before. */
	withId(id: ServerId): LearnerLink | undefined {
		for (const learner of this.#links.values()) if (learner.stage !== "connected" && learner.id === id) return learner;
		return undefined;
	}

	/** The followers that have come so far; observers have no say in anything. */
	followers(stage: LearnerStage): Set<ServerId> {
		const ids = new Set<ServerId>();
		for (const learner of this.#links.values()) if (learner.follows && learner.isAtLeast(stage)) ids.add(learner.id);
		return ids;
	}

	/** The followers that have promised themselves to this leader's epoch and to none before it. */
	get promised(): Set<ServerId> {
		const ids = this.followers("promised");
		for (const { id, currentEpoch } of this.#links.values()) if (currentEpoch === undefined) ids.delete(id);
		return ids;
	}

	/** Those that get every proposal. It is done for each proposal: a generator would cost more than what is done. */
	eachReceiving(role: "follower" | "observer", act: (learner: LearnerLink) => void): void {
		for (const learner of this.#links.values()) if (learner.role === role && learner.isAtLeast("syncing")) act(learner);
	}

	/** Why a learner can not stay; undefined while it can. */
	complaint(learner: LearnerLink, nowMs: number): string | undefined {
		const { tickMs, initLimit, syncLimit } = this.#timings;
		if (!learner.isAtLeast("synced")) {
			return nowMs - learner.openedMs > initLimit * tickMs ? "not synchronised within initLimit" : undefined;
		}
		if (nowMs - learner.heardMs > syncLimit * tickMs) return "silent for syncLimit";
		if (nowMs - learner.owingSinceMs > syncLimit * tickMs) return "an acknowledgement is due for syncLimit";
		return learner.queuedBytes > limits.learnerQueuedBytesMax ? `${learner.queuedBytes} bytes wait for it` : undefined;
	}

	get statuses(): readonly LearnerStatus[] {
		return [...this.#links.values()].filter(({ stage }) => stage !== "connected").map(({ status }) => status);
	}
}
