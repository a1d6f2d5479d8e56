import type { Zxid } from "../model/ids.js";
import type { DataTree } from "../tree/data-tree.js";
import { Cleaner } from "./cleaner.js";
import type { Capabilities, ServerConfig } from "./config.js";
import type { Connection } from "./connection.js";
import { Connections } from "./connections.js";
import type { Clock, ServerEffects, ServerState } from "./contract.js";
import { DigestHistory } from "./digest-history.js";
import { ExpiryBuckets } from "./expiry-buckets.js";
import { Figures } from "./figures.js";
import { Outbox } from "./outbox.js";
import { PendingChanges } from "./pending-changes.js";
import type { Ledger, Proposer } from "./prepare.js";
import type { Library } from "./reads.js";
import { firstSessionId, type Session, Sessions } from "./sessions.js";
import { Watches } from "./watches.js";
import { Writes } from "./writes.js";

/** What a server is made of: each piece keeps one thing, and the functions beside this file make them work together. */
export interface Parts {
	readonly config: ServerConfig;
	readonly capabilities: Capabilities;
	readonly tree: DataTree;
	/** Timeouts in ms of the sessions as the log has them. */
	readonly loggedSessions: ServerState["sessions"];
	readonly connections: Connections;
	/** Connections whose handshake has not come yet. */
	readonly sessionless: ExpiryBuckets<Connection>;
	readonly sessions: Sessions;
	readonly cleaner: Cleaner;
	readonly ledger: Ledger;
	readonly library: Library;
	readonly watches: Watches<Connection>;
	readonly writes: Writes;
	readonly outbox: Outbox;
	readonly figures: Figures;
	readonly digests: DigestHistory;
	/** On the monotonic clock. */
	readonly startedMs: number;
	/** Of the present step. */
	clock: Clock;
}

export function makeParts(
	config: ServerConfig,
	{ tree, sessions: loggedSessions }: ServerState,
	effects: ServerEffects,
	capabilities: Capabilities,
	clock: Clock,
): Parts {
	const figures = new Figures();
	const outbox = new Outbox(effects, figures, config.skipAcl);
	const watches = new Watches<Connection>((...event) => outbox.event(...event));
	const ledger = { tree, config, pending: new PendingChanges(tree) };
	return {
		config,
		capabilities,
		tree,
		loggedSessions,
		connections: new Connections(config, effects),
		sessionless: new ExpiryBuckets(config.sessionlessTimeoutMs),
		sessions: new Sessions(config.tickMs, firstSessionId(config.serverId, clock.wallMs)),
		cleaner: new Cleaner(tree, config, clock.nowMs),
		ledger,
		library: { tree, config, watches },
		watches,
		writes: new Writes(ledger, effects),
		outbox,
		figures,
		digests: new DigestHistory(),
		startedMs: clock.nowMs,
		clock,
	};
}

/** Who asks for a change that comes now. */
export function proposerOf({ writes, clock }: Parts, session: Session, connection: Connection): Proposer {
	const zxid: Zxid = writes.nextZxid;
	return { session: session.id, live: !session.closing, ids: connection.ids, zxid, timeMs: clock.wallMs };
}

/** What was sent still leaves; the session stays, for its client to come back. */
export function endConnection(parts: Parts, connection: Connection): void {
	if (connection.ended) return;
	parts.connections.close(connection);
	parts.sessionless.delete(connection);
	parts.watches.removeWatcher(connection);
	if (connection.session?.connection === connection) connection.session.connection = null;
}
