import type { Epoch, LinkId, ServerId, SessionId, Zxid } from "../model/ids.js";
import type { Clock, ServerEffects, ServerRole, ServerState } from "../server/contract.js";
import type { DataTree } from "../tree/data-tree.js";
import type { CommittedLog } from "../zab/committed-log.js";
import type { PeerEffects, PeerEvent, PeerStatus, PeerStorage, QuorumPort, TouchedSession } from "../zab/contract.js";
import type { EnsembleConfig } from "../zab/ensemble-config.js";
import type { Disk } from "./disk.js";
import type { Machine } from "./host.js";
import type { Network } from "./network.js";
import type { HostLimits } from "./storage.js";

/** The server of a member, made anew for every role. */
export interface MemberServer extends Machine {
	/** Sessions heard of since the last call. */
	takeTouched(): readonly TouchedSession[];
}

/** Who answers the links of clients while nobody serves: `Reception` of the room server. */
export interface MemberReception {
	opened(link: LinkId): void;
	received(link: LinkId, bytes: Uint8Array): void;
	closed(link: LinkId): void;
}

/** The quorum peer of a member: `Peer` of the room zab. */
export interface MemberPeer extends QuorumPort {
	step(event: PeerEvent, nowMs: number): void;
	/** On the monotonic clock: when to step with "time" if nothing else happens. */
	readonly deadlineMs: number;
	readonly status: PeerStatus;
}

export type EpochKind = "acceptedEpoch" | "currentEpoch";

export interface Epochs {
	readonly acceptedEpoch: Epoch;
	readonly currentEpoch: Epoch;
}

/** What a peer begins with. */
export type PeerStart = Epochs & Pick<MemberStart, "settledConfig">;

export interface MemberLimits extends HostLimits {
	/** Committed entries kept in memory for learners. */
	readonly commitLogCount: number;
	/** A learner is sent log files up to this share of the last snapshot's size; below 0: never. */
	readonly snapshotSizeFactor: number;
	/** A longer record of the log is damage. */
	readonly bodyBytesMax: number;
}

/** What `restoreMember` found on the disks. */
export interface MemberStart extends Epochs {
	readonly tree: DataTree;
	/** Timeouts in ms by session. */
	readonly sessions: Map<SessionId, number>;
	/** The snapshot that it began with; undefined when there was none. */
	readonly snapshot: string | undefined;
	readonly replayedTxns: number;
	readonly replayedBytes: number;
	/** The last entries of the log; a change of leader has committed all but perhaps the last few. */
	readonly committed: CommittedLog;
	/** The entry before the first one that the log can be relied on to have in this history. */
	readonly logBeginsAfter: Zxid;
	/** Known to be committed, as another one follows it in the log; undefined when the log does not tell. */
	readonly settledConfig: EnsembleConfig | undefined;
	/** Epochs that have no file yet. */
	readonly unsavedEpochs: readonly EpochKind[];
	/** Logs that a crash left without a single record: `Member.start` removes them. */
	readonly unborn: readonly string[];
	/** One line each, for the operator. */
	readonly notes: readonly string[];
}

export interface MemberParts {
	readonly serverId: ServerId;
	readonly logDisk: Disk;
	readonly snapshotDisk: Disk;
	readonly network: Network;
	readonly limits: MemberLimits;
	/** From `restoreMember`. */
	readonly start: MemberStart;
	/** readonlymode.enabled: reads are served while there is no leader, from this long after it was lost; undefined: never. */
	readonly readOnlyAfterMs: number | undefined;
	clock(): Clock;
	/** From 0 to 1, 1 excluded. */
	random(): number;
	/** Called once, within the constructor of Member. Effects must not be used before the first step. */
	makePeer(storage: PeerStorage, effects: PeerEffects, found: PeerStart, nowMs: number): MemberPeer;
	/** Called for every role; the server may use its effects at once. */
	makeServer(role: ServerRole, state: ServerState, effects: ServerEffects, clock: Clock): MemberServer;
	/** Called once: answers clients while there is no server. Without it their links are closed. */
	makeReception?(effects: Pick<ServerEffects, "send" | "close">): MemberReception;
	/** Something is in the inbox: call `turn` soon. */
	wake(): void;
	/** Client links are served from now on; undefined: they are closed from now on. */
	onRole(role: ServerRole | undefined): void;
	/**
	 * The ensemble is `config`, `next` may follow: both are to be known after a restart. Comes with every election, too. What
	 * is lost of it in a crash others tell, and the log.
	 */
	onConfigured(config: EnsembleConfig, next: EnsembleConfig | undefined): void;
	/** After the event "stop": all that was logged is on disk. */
	onStopped(): void;
	/** The disk can not be relied on any more; nothing was acknowledged that is not safe, and nothing will be. */
	onDiskFailed(reason: string): void;
	/** The member can not go on with what is on its disk. */
	onFatal(reason: string): void;
	/** One line for the operator. */
	note(line: string): void;
}
