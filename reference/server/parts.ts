import { errors } from "../model/errors.js";
import type { LinkId, SessionId } from "../model/ids.js";
import type { Id } from "../model/records.js";
import type { DataTree } from "../tree/data-tree.js";
import { Cleaner } from "./cleaner.js";
import type { Capabilities, ServerConfig } from "./config.js";
import type { Connection } from "./connection.js";
import { Connections } from "./connections.js";
import type { Clock, ServerEffects, ServerRole, ServerState } from "./contract.js";
import { DigestHistory } from "./digest-history.js";
import { ExpiryBuckets } from "./expiry-buckets.js";
import { Figures } from "./figures.js";
import type { Insight } from "./four-letter-words.js";
import { OpenAsks } from "./open-asks.js";
import { Outbox } from "./outbox.js";
import { PendingChanges } from "./pending-changes.js";
import type { Ledger, Proposer } from "./prepare.js";
import type { Library } from "./reads.js";
import { ordersChanges, startZxid } from "./role.js";
import { firstSessionId, type Owner, type Session, Sessions, serverIdOf } from "./sessions.js";
import { Watches } from "./watches.js";
import { Writes } from "./writes.js";

/** What a server is made of: each piece keeps one thing, and the functions beside this file make them work together. */
export interface Parts {
	readonly role: ServerRole;
	readonly config: ServerConfig;
	readonly capabilities: Capabilities;
	readonly tree: DataTree;
	/** Timeouts in ms of the sessions as the log has them. */
	readonly loggedSessions: ServerState["sessions"];
	readonly connections: Connections;
	/** Connections whose handshake has not come yet. */
	readonly sessionless: ExpiryBuckets<Connection>;
	readonly sessions: Sessions;
	/** Only where changes are ordered. */
	readonly cleaner: Cleaner | null;
	readonly ledger: Ledger;
	readonly library: Library;
	readonly watches: Watches<Connection>;
	readonly writes: Writes;
	/** Learner: what its leader still has to answer. */
	readonly openAsks: OpenAsks;
	/** Leader: when each learner said last which sessions it had heard of, on the monotonic clock. */
	readonly heardMs: Map<LinkId, number>;
	readonly effects: ServerEffects;
	readonly outbox: Outbox;
	readonly figures: Figures;
	readonly digests: DigestHistory;
	/** On the monotonic clock. */
	readonly startedMs: number;
	/** Of the present step. */
	clock: Clock;
}

export function makeParts(
	role: ServerRole,
	config: ServerConfig,
	{ tree, sessions: loggedSessions }: ServerState,
	effects: ServerEffects,
	capabilities: Capabilities,
	clock: Clock,
): Parts {
	const figures = new Figures();
	const outbox = new Outbox(effects, figures, config.skipAcl, role.type === "readOnly");
	const watches = new Watches<Connection>((...event) => outbox.event(...event));
	const ledger = { tree, config, pending: new PendingChanges(tree), ensemble: capabilities.ensemble };
	const orders = ordersChanges(role);
	return {
		role,
		config,
		capabilities,
		tree,
		loggedSessions,
		connections: new Connections(config, effects),
		sessionless: new ExpiryBuckets(config.sessionlessTimeoutMs),
		sessions: new Sessions(config.tickMs, firstSessionId(config.serverId, clock.wallMs), orders),
		cleaner: orders ? new Cleaner(tree, config, clock.nowMs) : null,
		ledger,
		library: { tree, config, watches },
		watches,
		writes: new Writes(ledger, effects, startZxid(role, tree)),
		openAsks: new OpenAsks(),
		heardMs: new Map(),
		effects,
		outbox,
		figures,
		digests: new DigestHistory(),
		startedMs: clock.nowMs,
		clock,
	};
}

/** What the four-letter words and the admin endpoint tell about. */
export function insightOf(parts: Parts): Insight {
	return { ...parts, pendingPaths: parts.ledger.pending.size };
}

interface Asker {
	readonly id: SessionId;
	readonly ids: readonly Id[];
	readonly owner: Owner;
}

/** Who asks for a change that comes now. */
export function proposerOf(parts: Parts, { id, ids, owner }: Asker): Proposer {
	const { sessions, writes, clock } = parts;
	const local = mayBeLocalElsewhere(parts, id) || sessions.maybeLive(id)?.local === true;
	const sessionError = mayBeLocalElsewhere(parts, id) ? errors.ok : sessions.errorFor(id, owner);
	return { session: id, sessionError, local, ids, zxid: writes.nextZxid, timeMs: clock.wallMs };
}

/** Nobody tells a leader of the local sessions of its learners. */
function mayBeLocalElsewhere({ config, sessions }: Parts, id: SessionId): boolean {
	return config.localSessions !== "off" && !sessions.has(id) && serverIdOf(id) !== config.serverId;
}

/** What was sent still leaves; the session stays, for its client to come back. */
export function endConnection(parts: Parts, connection: Connection): void {
	if (connection.ended) return;
	parts.connections.close(connection);
	parts.sessionless.delete(connection);
	parts.watches.removeWatcher(connection);
	if (connection.session?.connection === connection) detach(parts, connection.session);
}

function detach({ role, sessions }: Parts, session: Session): void {
	session.connection = null;
	if (!ordersChanges(role) && !session.local) sessions.remove(session.id);
}

/** No log knows of it: its connection is all there is to end. */
export function endLocalSession(parts: Parts, session: Session): void {
	const { connection } = session;
	parts.sessions.remove(session.id);
	if (connection !== null) endConnection(parts, connection);
}
