import { leaderFacts, observerFacts, votingView, zabState } from "./admin-ensemble.js";
import {
	briefFacts,
	connectionFacts,
	dumpFacts,
	watchesByPath,
	watchesBySession,
	watchSummary,
} from "./admin-sessions.js";
import { modeOf } from "./figure-texts.js";
import type { Insight } from "./four-letter-words.js";
import type { Json } from "./json-text.js";
import { monitorFigures } from "./monitor-text.js";
import { startZxid } from "./role.js";

type Facts = Readonly<Record<string, Json>>;

/** What a command knows beside the server, which is there only while clients are served. */
export interface AdminContext {
	readonly insight: Insight;
	/** Of the query string; null when it is not there. */
	argument(name: string): string | null;
	/** The latest one on disk; undefined when there is none. */
	lastSnapshot(): { readonly zxid: number; readonly wallMs: number } | undefined;
}

type Answer = (context: AdminContext) => Facts;

/** By the name that the answer bears; then what else it may be asked for by. */
const commands: readonly (readonly [name: string, aliases: readonly string[], answer: Answer])[] = [
	["configuration", ["conf", "config"], ({ insight }) => configuration(insight)],
	["connection_stat_reset", ["crst"], ({ insight }) => resetConnections(insight)],
	["connections", ["cons"], ({ insight }) => connections(insight)],
	["dirs", [], ({ insight }) => directories(insight)],
	["dump", [], ({ insight }) => dumpFacts(insight)],
	["environment", ["env", "envi"], ({ insight }) => environment(insight)],
	["get_trace_mask", ["gtmk"], ({ insight }) => ({ tracemask: insight.figures.traceMask })],
	["hash", [], ({ insight }) => digests(insight)],
	["initial_configuration", ["icfg"], () => ({ initial_configuration: null })],
	["is_read_only", ["isro"], ({ insight }) => ({ read_only: insight.role.type === "readOnly" })],
	["last_snapshot", ["lsnp"], (context) => lastSnapshot(context)],
	["leader", ["lead"], ({ insight }) => inEnsemble(insight, leaderFacts)],
	["monitor", ["mntr"], ({ insight }) => monitor(insight)],
	["observer_connection_stat_reset", ["orst"], () => ({})],
	["observers", ["obsr"], ({ insight }) => observerFacts(insight.capabilities.ensemble?.())],
	["ruok", [], () => ({})],
	["server_stats", ["srvr"], ({ insight }) => serverStats(insight)],
	["set_trace_mask", ["stmk"], (context) => setTraceMask(context)],
	["stat_reset", ["srst"], ({ insight }) => resetFigures(insight)],
	["stats", ["stat"], ({ insight }) => stats(insight)],
	["system_properties", ["sysp"], ({ insight }) => environment(insight)],
	["voting_view", [], ({ insight }) => inEnsemble(insight, votingView)],
	["watch_summary", ["wchs"], ({ insight }) => watchSummary(insight)],
	["watches", ["wchc"], ({ insight }) => watchesBySession(insight)],
	["watches_by_path", ["wchp"], ({ insight }) => watchesByPath(insight)],
	["zabstate", [], ({ insight }) => inEnsemble(insight, (view) => zabState(view, insight))],
];

const byName = new Map(
	commands.flatMap(([name, aliases, answer]) => [name, ...aliases].map((each) => [each, { name, answer }] as const)),
);

/** In the order of the alphabet. */
export const adminCommandNames: readonly string[] = commands.map(([name]) => name);

/** The whole answer to a command, which may be an error; undefined context: clients are not served. */
export function adminAnswer(asked: string, context: AdminContext | undefined): Facts {
	const command = byName.get(asked);
	if (command === undefined) return { command: asked, error: `Unknown command: ${asked}` };
	if (context === undefined) return { command: command.name, error: notServing };
	const facts = command.answer(context);
	return { ...facts, command: command.name, error: facts.error ?? null };
}

const notServing = "This ZooKeeper instance is not currently serving requests";

function configuration({ config, capabilities }: Insight): Facts {
	return {
		client_port: config.clientPort,
		data_dir: config.dataDir,
		data_log_dir: config.dataLogDir,
		tick_time: config.tickMs,
		max_client_cnxns: config.clientConnectionsMax,
		min_session_timeout: config.sessionTimeoutMsMin,
		max_session_timeout: config.sessionTimeoutMsMax,
		server_id: capabilities.ensemble?.().ownId ?? 0,
		client_port_listen_backlog: config.listenBacklog,
	};
}

function resetConnections({ connections: all }: Insight): Facts {
	for (const connection of all) connection.figures.reset();
	return {};
}

function connections({ connections: all }: Insight): Facts {
	return { connections: [...all].map(connectionFacts), secure_connections: [] };
}

function directories({ capabilities }: Insight): Facts {
	const { data, log } = capabilities.directoryBytes();
	return { datadir_size: data, logdir_size: log };
}

function environment({ config, capabilities }: Insight): Facts {
	return { "zookeeper.version": config.version, ...Object.fromEntries(capabilities.environment()) };
}

function digests({ digests: { entries } }: Insight): Facts {
	return { digests: entries.map(({ zxid, digest }) => ({ zxid, digest_version: 2, digest })) };
}

function lastSnapshot({ lastSnapshot: find }: AdminContext): Facts {
	const found = find();
	if (found === undefined) return { zxid: "ffffffffffffffff", timestamp: -1 };
	return { zxid: found.zxid.toString(16), timestamp: Math.floor(found.wallMs / 1000) };
}

function monitor(insight: Insight): Facts {
	// In the text of `mntr` the average has a point always; here it is the only text that is a number.
	const figures = monitorFigures(insight).map(([key, value]) => [key, key === "avg_latency" ? Number(value) : value]);
	return Object.fromEntries(figures) as Facts;
}

function serverStats(insight: Insight): Facts {
	const { role, config, tree, figures } = insight;
	const { lastBytes, minBytes, maxBytes } = figures.responses;
	const sizes = bufferSizes(lastBytes, minBytes, maxBytes);
	return {
		version: config.version,
		read_only: role.type === "readOnly",
		server_stats: { ...counters(insight), client_response_stats: sizes },
		client_response: sizes,
		...proposalStats(insight),
		node_count: tree.nodeCount,
	};
}

function bufferSizes(last: number, min: number, max: number): Facts {
	return { last_buffer_size: last, min_buffer_size: min, max_buffer_size: max };
}

function proposalStats({ role, capabilities }: Insight): Facts {
	if (role.type !== "leader") return {};
	const { last, min, max } = capabilities.ensemble?.().proposalBytes ?? { last: -1, min: -1, max: -1 };
	return { proposal_stats: bufferSizes(last, min, max) };
}

function counters({ role, figures, connections: all, capabilities, tree, clock, startedMs }: Insight): Facts {
	const { data, log } = capabilities.directoryBytes();
	return {
		packets_sent: figures.sent,
		packets_received: figures.received,
		fsync_threshold_exceed_count: 0,
		provider_null: false,
		server_state: modeOf(role),
		outstanding_requests: all.outstanding,
		min_latency: figures.latencies.minMs,
		avg_latency: figures.latencies.averageMs,
		max_latency: figures.latencies.maxMs,
		data_dir_size: data,
		log_dir_size: log,
		last_processed_zxid: startZxid(role, tree),
		num_alive_client_connections: all.count,
		auth_failed_count: figures.authFailures,
		non_mtlsremote_conn_count: 0,
		non_mtlslocal_conn_count: 0,
		uptime: Math.floor(clock.nowMs - startedMs),
	};
}

function setTraceMask({ insight, argument }: AdminContext): Facts {
	const text = argument("traceMask");
	if (text === null) return { error: "setTraceMask requires long traceMask argument" };
	if (!/^-?\d{1,19}$/.test(text)) return { error: "setTraceMask requires long traceMask argument, could not parse it" };
	insight.figures.traceMask = BigInt.asIntN(64, BigInt(text));
	return { tracemask: insight.figures.traceMask };
}

function resetFigures({ figures }: Insight): Facts {
	figures.reset();
	return {};
}

function stats(insight: Insight): Facts {
	return { ...serverStats(insight), connections: [...insight.connections].map(briefFacts), secure_connections: [] };
}

/** A standalone server has nothing to tell of ensembles. */
function inEnsemble(
	{ capabilities }: Insight,
	tell: (view: ReturnType<NonNullable<Insight["capabilities"]["ensemble"]>>) => Facts,
): Facts {
	const view = capabilities.ensemble?.();
	return view === undefined ? {} : tell(view);
}
