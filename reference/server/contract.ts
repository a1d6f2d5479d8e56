import type { LinkId, SessionId, Zxid } from "../model/ids.js";
import type { LogEntry } from "../model/txns.js";
import type { DataTree } from "../tree/data-tree.js";

/** Everything that can happen to the server; time comes with every event. */
export type ServerEvent =
	| { readonly type: "opened"; readonly link: LinkId; readonly address: string; readonly port: number }
	| { readonly type: "received"; readonly link: LinkId; readonly bytes: Uint8Array }
	/** The peer ended or broke the link; nothing can be sent any more. */
	| { readonly type: "closed"; readonly link: LinkId }
	/** Every entry up to and including this zxid is on disk: only now may it be acknowledged and applied. */
	| { readonly type: "flushed"; readonly zxid: Zxid }
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
 * all appends, then one write per link, then one flush. `flushed` comes back as an event of a later step.
 */
export interface ServerEffects {
	append(entry: LogEntry): void;
	/** The host copies the bytes before it returns: they may lie in a buffer that the next reply overwrites. */
	send(link: LinkId, bytes: Uint8Array): void;
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
