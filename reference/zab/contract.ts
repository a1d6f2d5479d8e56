import type { Epoch, LinkId, ServerId, SessionId, Zxid } from "../model/ids.js";
import type { Id } from "../model/records.js";
import type { CommittedLog } from "./committed-log.js";
import type { EnsembleConfig } from "./ensemble-config.js";

/** A change as log and quorum protocol carry it: header, txn and digest, encoded once. Nobody writes into `body`. */
export interface Proposal {
	readonly zxid: Zxid;
	readonly body: Uint8Array;
}

/** A client's request on its way from a learner to the leader: what a REQUEST packet carries. */
export interface ForwardedRequest {
	readonly session: SessionId;
	readonly cxid: number;
	readonly opcode: number;
	/** As the client sent it, without its header. */
	readonly body: Uint8Array;
	/** Who is asking. */
	readonly ids: readonly Id[];
}

/** A session that a learner heard of since the last ping, with its timeout. */
export interface TouchedSession {
	readonly session: SessionId;
	readonly timeoutMs: number;
}

/** What happens to a member of an ensemble; time comes with every event. */
export type PeerEvent =
	/** Somebody connected to the quorum or the election port. */
	| {
			readonly type: "opened";
			readonly link: LinkId;
			readonly door: "quorum" | "election";
			readonly address: string;
	  }
	/** A link that was asked for is up. */
	| { readonly type: "connected"; readonly link: LinkId }
	| { readonly type: "received"; readonly link: LinkId; readonly bytes: Uint8Array }
	/** The link ended, broke, or could not be made. */
	| { readonly type: "closed"; readonly link: LinkId }
	/** Every entry appended up to this zxid is on disk: only now may it be acknowledged. */
	| { readonly type: "flushed"; readonly zxid: Zxid }
	/** What was asked for with this ticket (`saveEpoch`, `truncate`, `install`) is on disk. */
	| { readonly type: "stored"; readonly ticket: number }
	/** After `endRole` (and once after the start): the log is on disk, all of it is in the tree, an election may begin. */
	| { readonly type: "settled" }
	| { readonly type: "time" };

/** Takes a snapshot that arrives in pieces of any size, without a length before it. */
export interface SnapshotIntake {
	/**
	 * The bytes behind the snapshot once it is complete; undefined while it is not.
	 * @throws DecodeError when this is no snapshot
	 */
	push(bytes: Uint8Array): Uint8Array | undefined;
	readonly sizeBytes: number;
}

/** What a member knows of its own disk and state; always as of now. */
export interface PeerStorage {
	/** Of the last entry appended, or of the snapshot when no entry follows it. */
	readonly lastLoggedZxid: Zxid;
	/** Of the last entry committed and in the tree. While a member leads or looks for a leader: see `settled`. */
	readonly lastAppliedZxid: Zxid;
	/** What the config node says; undefined while it is empty or says nothing that makes sense. */
	readonly config: EnsembleConfig | undefined;
	/** The last few committed entries. */
	readonly committed: CommittedLog;
	/**
	 * Entries of the log files that follow `after` in order up to `lastAppliedZxid`, for a learner that is further behind
	 * than `committed`. Undefined when `after` itself is not an entry of these files: what the learner has may then not be a
	 * part of this history. Also when a snapshot is the better way.
	 */
	maybeLogged(after: Zxid): Iterable<Proposal> | undefined;
	/**
	 * Whether `truncate(to)` can be done: `to` is in the log, or a snapshot ends there. Else the peer asks for a snapshot
	 * instead (say a SNAP brought entries that were never committed: no file goes back behind them).
	 */
	canTruncate(to: Zxid): boolean;
	/** The state as it is now: the stream that follows a SNAP packet, up to and with its terminator, without "BenWasHere". */
	snapshot(): { readonly zxid: Zxid; readonly slices: Iterable<Uint8Array> };
}

/**
 * What a member asks of its host. Calls only record the wish; the host performs them in order after the step. Tickets are
 * numbers that the peer draws, and come back in `stored`.
 */
export interface PeerEffects {
	/** `connected` or `closed` follows for the link that it returns. */
	connect(host: string, port: number): LinkId;
	/** The host copies the bytes before it returns. */
	send(link: LinkId, bytes: Uint8Array): void;
	/** What was sent still leaves; no event follows. */
	close(link: LinkId): void;

	/**
	 * Writes to the log, behind everything before; `flushed` follows. The entry is applied when `commit` covers it. Not while
	 * `truncate` or `install` is under way.
	 * @returns the ensemble that the entry proposes, when it is a reconfiguration (txn type 16): a proposal says by its
	 * body alone that it is one
	 * @throws DecodeError when the body is no entry of this zxid; nothing was appended
	 */
	append(proposal: Proposal): EnsembleConfig | undefined;
	saveEpoch(which: "acceptedEpoch" | "currentEpoch", epoch: Epoch, ticket: number): void;
	/** Takes everything after `to` out of log and snapshots, and reads the state anew from disk. Only before any `append`. */
	truncate(to: Zxid, ticket: number): void;
	intake(): SnapshotIntake;
	/** The state is the snapshot's from here on; it is saved, older files go. Only before any `append`. */
	install(snapshot: SnapshotIntake, at: Zxid, ticket: number): void;

	/**
	 * Who belongs to the ensemble: `config` is committed, `next` may become so. Both are kept for the next start. May come
	 * again without a change.
	 */
	configured(config: EnsembleConfig, next: EnsembleConfig | undefined): void;

	/** Applies every entry appended up to this zxid; tells the server, if there is one. */
	commit(upTo: Zxid): void;
	/** Clients may come: this member leads from now on; its first zxid is (epoch, 1). */
	lead(epoch: Epoch): void;
	/** Clients may come: this member follows or observes, and is as far as its leader was. */
	follow(role: "follower" | "observer", leader: ServerId): void;
	/** The role is over: the server and its clients go. `settled` follows. */
	endRole(reason: string): void;

	/** Leader: what a learner passes on. A learner is known by its link. */
	request(learner: LinkId, request: ForwardedRequest): void;
	/** With every answer to a ping, also when it names no session: the server knows by it how fresh its knowledge is. */
	touched(learner: LinkId, sessions: readonly TouchedSession[]): void;
	revalidate(learner: LinkId, session: TouchedSession): void;
	learnerGone(learner: LinkId): void;
	/** Learner: the leader's answers, and what it asks for with each ping. */
	synced(): void;
	revalidated(session: SessionId, valid: boolean): void;
	takeTouched(): readonly TouchedSession[];

	/** One line for the operator. */
	note(line: string): void;
}

/** What the server of a member asks of its peer; each call has its place in the order of the step. */
export interface QuorumPort {
	/** Leader: the next entry. It goes to the own log (the peer calls `append`) and to every learner. */
	propose(proposal: Proposal): void;
	/** Learner: a write, a session's begin or end, or a sync (opcode 9). */
	forward(request: ForwardedRequest): void;
	/** Learner: may this session, which comes from another server, go on here? `revalidated` follows. */
	revalidate(session: TouchedSession): void;
	/** Leader: the answers for a learner. They leave behind the commits of all that was proposed so far, before any later. */
	answerSync(learner: LinkId): void;
	answerRevalidate(learner: LinkId, session: SessionId, valid: boolean): void;
}

export type PeerState = "looking" | "leading" | "following" | "observing";

/** For the four-letter words, the admin endpoint and the log. */
export interface PeerStatus {
	readonly state: PeerState;
	/** Clients are served. */
	readonly serving: boolean;
	readonly leader: ServerId | undefined;
	readonly epoch: Epoch;
	readonly electionMs: number;
	/** Everybody who has said to this leader who it is, members of the ensemble and others. */
	readonly learners: readonly LearnerStatus[];
	/** The ensemble as the last committed reconfiguration has made it. */
	readonly config: EnsembleConfig;
	/** The ensemble that is proposed and not committed: as long as there is one, no other one may be proposed. */
	readonly nextConfig: EnsembleConfig | undefined;
}

export interface LearnerStatus {
	readonly id: ServerId;
	readonly role: "follower" | "observer";
	readonly address: string;
	/** Its answer to NEWLEADER has come, and it has not fallen behind since. */
	readonly synced: boolean;
	readonly ackedZxid: Zxid;
	readonly queuedBytes: number;
}

export interface PeerTimings {
	readonly tickMs: number;
	readonly initLimit: number;
	readonly syncLimit: number;
	/** How long an election waits for a better vote of somebody who can still be reached. */
	readonly finalizeWaitMs: number;
	readonly notificationMsMin: number;
	readonly notificationMsMax: number;
	readonly connectTimeoutMs: number;
}
