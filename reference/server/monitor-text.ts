import { ensembleFigures } from "./ensemble-view.js";
import { decimal, modeOf } from "./figure-texts.js";
import type { Insight } from "./four-letter-words.js";
import { ordersChanges } from "./role.js";

/** `mntr`: only figures that are really kept; Apache's hundreds of internal queues and timers do not exist here. */
export function monitorText(insight: Insight): string {
	let text = "";
	for (const [key, value] of monitorFigures(insight)) text += `zk_${key}\t${value}\n`;
	return text;
}

/** The figures without the prefix that the text has. */
export function monitorFigures(insight: Insight): readonly (readonly [key: string, value: string | number])[] {
	const { role, config, figures, connections, tree, sessions, watches, clock, startedMs } = insight;
	const { latencies, responses } = figures;
	const ensemble = insight.capabilities.ensemble?.();
	const descriptors = insight.capabilities.fileDescriptors();
	return [
		["version", config.version],
		["server_state", modeOf(role)],
		["ephemerals_count", tree.index.ephemeralCount],
		["num_alive_connections", connections.count],
		["avg_latency", decimal(latencies.averageMs)],
		["min_latency", latencies.minMs],
		["max_latency", latencies.maxMs],
		["outstanding_requests", connections.outstanding],
		["znode_count", tree.nodeCount],
		["global_sessions", ordersChanges(role) ? sessions.size - sessions.localCount : insight.loggedSessions.size],
		["local_sessions", sessions.localCount],
		["packets_sent", figures.sent],
		["packets_received", figures.received],
		["last_client_response_size", responses.lastBytes],
		["min_client_response_size", responses.minBytes],
		["max_client_response_size", responses.maxBytes],
		["open_file_descriptor_count", descriptors.open],
		["max_file_descriptor_count", descriptors.max],
		["watch_count", watches.count],
		["approximate_data_size", tree.approximateDataBytes],
		["auth_failed_count", figures.authFailures],
		["connection_rejected", figures.rejectedConnections],
		["connection_request_count", figures.connectionRequests],
		["sessionless_connections_expired", figures.sessionlessExpired],
		["stale_sessions_expired", figures.staleSessionsExpired],
		["outstanding_changes_queued", insight.pendingPaths],
		["uptime", Math.floor(clock.nowMs - startedMs)],
		...(ensemble === undefined ? [] : ensembleFigures(ensemble)),
		...(role.type === "leader" ? leaderFigures(insight) : []),
	];
}

function leaderFigures({ clock, startedMs }: Insight): readonly (readonly [key: string, value: number])[] {
	return [["leader_uptime", Math.floor(clock.nowMs - startedMs)]];
}
