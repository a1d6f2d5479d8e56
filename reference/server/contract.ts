import type { Writer } from "../lib/writer.js";
import type { Epoch, LinkId, SessionId, Zxid } from "../model/ids.js";
import type { LogEntry } from "../model/txns.js";
import type { DataTree } from "../tree/data-tree.js";
import type { ForwardedRequest, TouchedSession } from "../zab/contract.js";

/** What a server is for as long as it lives; a member of an ensemble makes a new one for every role. */
export type ServerRole =
	| { readonly type: "standalone" }
	/** Orders all changes; its first zxid is (epoch, 1). */
	| { readonly type: "leader"; readonly epoch: Epoch }
	/** Reads from its own tree, asks the leader for everything else. */
	| { readonly type: "follower" | "observer" }
	/** Has no leader: reads only. */
	| { readonly type: "readOnly" };

/** Everything that can happen to the server; time comes with every event. */
export type ServerEvent =
	| { readonly type: "opened"; readonly link: LinkId; readonly address: string; readonly port: number }
	| { readonly type: "received"; readonly link: LinkId; readonly bytes: Uint8Array }
	/** The peer ended or broke the link; nothing can be sent any more. */
	| { readonly type: "closed"; readonly link: LinkId }
	/**
	 * Standalone: everything proposed up to and including this zxid is on disk. Leader: a quorum has it on disk. Only now may
	 * it be applied and acknowledged.
	 */
	| { readonly type: "committed"; readonly upTo: Zxid }
	/** Learner: apply this one next. Every entry comes, in order, also those that others asked for. */
	| { readonly type: "decided"; readonly entry: LogEntry }
	/** Leader: what a learner asks for, known by its link to the leader. */
	| { readonly type: "request"; readonly learner: LinkId; readonly request: ForwardedRequest }
	| { readonly type: "touched"; readonly learner: LinkId; readonly sessions: readonly TouchedSession[] }
	| { readonly type: "revalidate"; readonly learner: LinkId; readonly session: TouchedSession }
	| { readonly type: "learnerGone"; readonly learner: LinkId }
	/** Learner: the answer to its oldest open sync; every entry committed before has come as `decided`. */
	| { readonly type: "synced" }
	/** Learner: the answer to `revalidate`. */
	| { readonly type: "revalidated"; readonly session: SessionId; readonly valid: boolean }
	/** Nothing but time has passed: `deadlineMs` was reached. */
	| { readonly type: "time" };

export interface Clock {
	/** Monotonic, for sessions and deadlines. */
	readonly nowMs: number;
	/** Wall clock, for Stat times only. */
	readonly wallMs: number;
}

/**
 * What the server asks of its host. Calls only record the wish; the host performs them in order after the step:
 * all proposals, then one write per link, then one flush. `committed` comes back as an event of a later step.
 */
export interface ServerEffects {
	/** Standalone and leader: the next entry of the log. */
	propose(entry: LogEntry): void;
	/** Learner: a change, a session's begin or end (−10 and −11), or a sync, for the leader. */
	forward(request: ForwardedRequest): void;
	/** Learner: may this session go on here? `revalidated` follows. */
	revalidate(session: TouchedSession): void;
	/** Leader: the answers for a learner. They leave behind the commits of all that was proposed so far, before any later. */
	answerSync(learner: LinkId): void;
	answerRevalidate(learner: LinkId, session: SessionId, valid: boolean): void;
	/** The host copies the bytes before it returns: they may lie in a buffer that is used again. */
	send(link: LinkId, bytes: Uint8Array): void;
	/** The same without a copy: calls `encode` at once, which appends what is to be sent. */
	write(link: LinkId, encode: (writer: Writer) => void): void;
	/** Closes after what was sent has left. */
	close(link: LinkId): void;
	/** Stops and starts reading from a link (throttling, undecided sessions). */
	pause(link: LinkId): void;
	resume(link: LinkId): void;
}

/** What a server starts from. Both parts stay shared with the host, which takes snapshots of them. */
export interface ServerState {
	readonly tree: DataTree;
	/** Timeouts in ms as the log has them. */
	readonly sessions: Map<SessionId, number>;
}
