import type { Connection } from "./connection.js";
import { operationName } from "./figure-texts.js";
import type { Insight } from "./four-letter-words.js";
import type { Json } from "./json-text.js";
import { ordersChanges } from "./role.js";

type Facts = Readonly<Record<string, Json>>;

export function connectionFacts(connection: Connection): Facts {
	const { session, figures } = connection;
	if (session === null) return briefFacts(connection);
	const { latencies, lastOpcode } = figures;
	const answered = lastOpcode !== null;
	return {
		...briefFacts(connection),
		session_id: session.id,
		last_operation: operationName(lastOpcode),
		established: connection.establishedWallMs,
		session_timeout: session.timeoutMs,
		last_cxid: answered ? figures.lastXid : -1,
		last_zxid: answered ? figures.lastZxid : -1,
		last_response_time: Math.floor(figures.lastResponseMs),
		last_latency: figures.lastLatencyMs,
		min_latency: latencies.minMs,
		avg_latency: Math.floor(latencies.averageMs),
		max_latency: latencies.maxMs,
	};
}

export function briefFacts({ address, port, session, paused, waiting, figures }: Connection): Facts {
	return {
		remote_socket_address: `${address.includes(":") ? `[${address}]` : address}:${port}`,
		interest_ops: session === null || paused ? 0 : 1,
		outstanding_requests: waiting.length,
		packets_received: figures.received,
		packets_sent: figures.sent,
	};
}

/** Only who orders changes lets sessions expire. */
export function dumpFacts({ role, sessions, tree }: Insight): Facts {
	const buckets = ordersChanges(role) ? sessions.expiryBuckets : [];
	const owners = [...tree.index.sessions];
	return {
		expiry_time_to_session_ids: Object.fromEntries(
			buckets.map(([expiryMs, items]) => [String(expiryMs), [...items].map(({ id }) => id)]),
		),
		session_id_to_ephemeral_paths: Object.fromEntries(
			owners.map((owner) => [String(owner), [...tree.index.ephemerals(owner)]]),
		),
	};
}

/** All about watches is about those of data, as in the four-letter words. */
export function watchSummary({ watches: { data } }: Insight): Facts {
	return { num_connections: data.watcherCount, num_paths: data.pathCount, num_total_watches: data.count };
}

export function watchesBySession({ watches: { data } }: Insight): Facts {
	const entries = [...data.byWatcher()].map(([{ session }, paths]) => [String(session?.id ?? 0n), paths] as const);
	return { session_id_to_watched_paths: Object.fromEntries(entries) };
}

export function watchesByPath({ watches: { data } }: Insight): Facts {
	const entries = [...data.byPath()].map(
		([path, watchers]) => [path, watchers.map(({ session }) => session?.id ?? 0n)] as const,
	);
	return { path_to_session_ids: Object.fromEntries(entries) };
}
