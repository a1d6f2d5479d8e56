import type { Epoch, LinkId, ServerId, Zxid } from "../model/ids.js";
import { epoch, serverId, zxid } from "../model/ids.js";
import type { LearnerStatus, PeerEffects } from "./contract.js";
import { PacketSplitter } from "./quorum-packet.js";
import type { RoleParts } from "./role.js";

/**
 * How far a learner has come, in this order: connected; has said who it is; was told the epoch; has promised itself to it;
 * gets all that the leader has and every new proposal; has that on disk; serves clients.
 */
const ranks = { connected: 0, known: 1, told: 2, promised: 3, syncing: 4, synced: 5, serving: 6 } as const;
export type LearnerStage = keyof typeof ranks;

/** When something was sent that a learner must answer. */
interface Sent {
	readonly zxid: Zxid;
	readonly atMs: number;
}

/** A leader's end of the link to one learner. Everything the leader knows of the learner is gone when the link ends. */
export class LearnerLink {
	readonly link: LinkId;
	readonly address: string;
	readonly openedMs: number;
	readonly splitter = new PacketSplitter();
	stage: LearnerStage = "connected";
	id: ServerId = serverId(-1);
	role: "follower" | "observer" = "follower";
	acceptedEpoch: Epoch = epoch(-1);
	/** As its ACKEPOCH says; undefined in `currentEpoch`: it had promised itself before. */
	currentEpoch: Epoch | undefined;
	lastZxid: Zxid = zxid(-1);
	/** Everything up to here is on its disk. */
	ackedZxid: Zxid = zxid(-1);
	/** When it was synchronised, this was the last entry that it was told to commit. */
	toldCommitted: Zxid = zxid(-1);
	heardMs: number;
	readonly #effects: PeerEffects;
	#sentBytes = 0;
	/** How much had been sent when its last answer's question left. */
	#answeredBytes = 0;
	#asked: { readonly zxid: Zxid; readonly sentBytes: number } | undefined;
	#oldest: Sent | undefined;
	#newest: Sent | undefined;

	constructor(link: LinkId, address: string, nowMs: number, effects: PeerEffects) {
		this.link = link;
		this.address = address;
		this.openedMs = nowMs;
		this.heardMs = nowMs;
		this.#effects = effects;
	}

	isAtLeast(stage: LearnerStage): boolean {
		return ranks[this.stage] >= ranks[stage];
	}

	get follows(): boolean {
		return this.role === "follower";
	}

	/** Bytes that it has not shown to have read. */
	get queuedBytes(): number {
		return this.#sentBytes - this.#answeredBytes;
	}

	send(bytes: Uint8Array): void {
		this.#sentBytes += bytes.length;
		this.#effects.send(this.link, bytes);
	}

	/** Its answer tells that it has read everything up to here. */
	ping(bytes: Uint8Array, at: Zxid): void {
		this.send(bytes);
		this.#asked ??= { zxid: at, sentBytes: this.#sentBytes };
	}

	answered(): void {
		if (this.#asked === undefined) return;
		this.#answeredBytes = this.#asked.sentBytes;
		this.#asked = undefined;
	}

	/** What was sent until it acknowledged NEWLEADER, a snapshot perhaps, has been read. */
	caughtUp(): void {
		this.#answeredBytes = this.#sentBytes;
	}

	proposed(at: Zxid, nowMs: number): void {
		this.#newest = { zxid: at, atMs: nowMs };
		this.#oldest ??= this.#newest;
	}

	acked(at: Zxid): void {
		if (at > this.ackedZxid) this.ackedZxid = at;
		if (this.#oldest === undefined || at < this.#oldest.zxid) return;
		const newest = this.#newest as Sent;
		this.#oldest = at < newest.zxid ? newest : undefined;
	}

	/** Since when it owes an acknowledgement; Infinity while it owes none. */
	get owingSinceMs(): number {
		return this.#oldest?.atMs ?? Number.POSITIVE_INFINITY;
	}

	get status(): LearnerStatus {
		const { id, role, address, ackedZxid, queuedBytes } = this;
		return { id, role, address, synced: this.isAtLeast("synced"), ackedZxid, queuedBytes };
	}
}

export const describeLearner = ({ id, role, address }: LearnerLink): string => `${role} ${id} (${address})`;

/** To lead such a server would mean to take from it what a quorum may have. */
export function isAhead(
	{ id, currentEpoch, lastZxid }: LearnerLink,
	{ epochs, storage, membership }: RoleParts,
): boolean {
	if (currentEpoch === undefined || !membership.quorum.voters.has(id)) return false;
	return currentEpoch > epochs.current || (currentEpoch === epochs.current && lastZxid > storage.lastLoggedZxid);
}
