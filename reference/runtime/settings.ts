import { limits } from "../lib/limits.js";
import { decimal, integer, type Kind, oneOf, text, trueOrFalse, words, yesOrNo } from "./setting-kinds.js";

interface Field<T> {
	/** As zoo.cfg spells it. */
	readonly key: string;
	readonly kind: Kind<T>;
	/** Undefined: the setting has no value until it is given one. */
	readonly initial: T | undefined;
	/** For `--help`. */
	readonly about: string;
}

const field = <T>(key: string, kind: Kind<T>, initial: T, about: string): Field<T> & { initial: T } => {
	return { key, kind, initial, about };
};
const optional = <T>(key: string, kind: Kind<T>, about: string): Field<T> => {
	return { key, kind, initial: undefined, about };
};

const port = integer(0, 65_535);
const metricsProviders = oneOf(
	"org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider",
	"org.apache.zookeeper.metrics.impl.DefaultMetricsProvider",
	"org.apache.zookeeper.metrics.impl.NullMetricsProvider",
);

/** Every setting that means something here. Names and initial values are Apache's. */
export const fields = {
	tickTimeMs: field("tickTime", integer(1), 3000, "unit of time in ms; sessions expire on its multiples"),
	dataDir: optional("dataDir", text, "folder of the snapshots"),
	dataLogDir: optional("dataLogDir", text, "folder of the transaction log, if not dataDir"),
	clientPort: optional("clientPort", port, "0 takes any free port"),
	clientPortAddress: optional("clientPortAddress", text, "address to listen on, if not all"),
	listenBacklog: field("clientPortListenBacklog", integer(-1), -1, "connections waiting to be accepted; -1: 50"),
	maxClientCnxns: field("maxClientCnxns", integer(0), 60, "connections from one address; 0: any number"),
	maxCnxns: field("maxCnxns", integer(0), 0, "connections in all; 0: any number"),
	minSessionTimeoutMs: field("minSessionTimeout", integer(-1), -1, "ms; -1: 2 ticks"),
	maxSessionTimeoutMs: field("maxSessionTimeout", integer(-1), -1, "ms; -1: 20 ticks"),
	snapRetainCount: field("autopurge.snapRetainCount", integer(0), 3, "snapshots to keep when purging, 3 or more"),
	purgeIntervalHours: field("autopurge.purgeInterval", integer(-1), 0, "hours between purges; 0: never"),
	fourLetterWords: field("4lw.commands.whitelist", words, ["srvr"], "four-letter words to answer; *: all"),
	snapCount: field("snapCount", integer(2), 100_000, "transactions between snapshots, at most"),
	snapSizeLimitKb: field("snapSizeLimitInKb", integer(-1), 4_194_304, "log written between snapshots, at most"),
	preAllocSizeKb: field("preAllocSize", integer(0), 65_536, "steps by which log files grow; 0: none"),
	txnLogSizeLimitKb: field("txnLogSizeLimitInKb", integer(-1), -1, "size at which a new log begins; -1: none"),
	globalOutstandingLimit: field("globalOutstandingLimit", integer(1), 1000, "requests in work before reading pauses"),
	juteMaxBufferBytes: field("jute.maxbuffer", integer(1), limits.defaultFrameBytesMax, "largest request in bytes"),
	forceSync: field("forceSync", yesOrNo, true, "no: acknowledge before the device has it (unsafe)"),
	enforceQuota: field("enforceQuota", trueOrFalse, false, "hard quotas are enforced"),
	extendedTypesEnabled: field("extendedTypesEnabled", trueOrFalse, false, "TTL nodes are allowed"),
	superDigest: optional("DigestAuthenticationProvider.superDigest", text, "user:hash that passes every ACL"),
	containerCheckIntervalMs: field("znode.container.checkIntervalMs", integer(1), 60_000, "ms between cleanings"),
	containerMaxPerMinute: field("znode.container.maxPerMinute", integer(1), 10_000, "deletions by the cleaner"),
	skipAcl: field("skipACL", yesOrNo, false, "yes: nobody's permissions are checked"),
	trustEmptySnapshot: field("snapshot.trust.empty", trueOrFalse, false, "start from logs without a snapshot"),
	reconfigEnabled: field("reconfigEnabled", trueOrFalse, false, "reconfig is answered as where it may be used"),
	digestAuthEnabled: field("DigestAuthenticationProvider.enabled", trueOrFalse, true, "clients may use digest auth"),
	sessionlessTimeoutMs: field("nio.sessionlessCnxnTimeout", integer(1), 10_000, "ms until a handshake must come"),
	initLimit: optional("initLimit", integer(1), "ticks that a learner has to connect and catch up; ensembles need it"),
	syncLimit: optional("syncLimit", integer(1), "ticks that a learner may lag behind; ensembles need it"),
	standaloneEnabled: field("standaloneEnabled", trueOrFalse, true, "one server line makes a standalone server"),
	dynamicConfigFile: optional("dynamicConfigFile", text, "file with the server, group and weight lines"),
	peerType: optional("peerType", oneOf("participant", "observer"), "what this server's line says it is"),
	electionAlg: field("electionAlg", oneOf("3"), "3", "there is no other algorithm"),
	connectTimeoutMs: field("cnxTimeout", integer(1), 5000, "ms for a connection to another server"),
	electionPortBindRetry: field("electionPortBindRetry", integer(0), 3, "attempts to bind; 0: without end"),
	quorumListenOnAllIps: field("quorumListenOnAllIPs", trueOrFalse, false, "not only on the server line's address"),
	notificationMsMin: field("fastleader.minNotificationInterval", integer(1), 200, "ms of silence in an election"),
	notificationMsMax: field("fastleader.maxNotificationInterval", integer(1), 60_000, "ms, after doubling"),
	commitLogCount: field("commitLogCount", integer(-1), 500, "changes kept in memory for learners that come back"),
	snapshotSizeFactor: field("snapshotSizeFactor", decimal, 0.33, "size of log, in snapshots, sent to a learner"),
	leaderServes: field("leaderServes", yesOrNo, true, "no: the leader takes no clients"),
	readOnlyMode: field("readonlymode.enabled", trueOrFalse, false, "read-only clients are served without a leader"),
	localSessions: field("localSessionsEnabled", trueOrFalse, false, "sessions that only their server knows"),
	adminEnabled: optional("admin.enableServer", trueOrFalse, "HTTP commands; true with a zoo.cfg if not given"),
	adminPort: field("admin.serverPort", port, 8080, "their port; 0 takes any free port"),
	adminAddress: field("admin.serverAddress", text, "0.0.0.0", "address to listen on"),
	adminUrl: field("admin.commandURL", text, "/commands", "where they begin"),
	metricsProvider: optional("metricsProvider.className", metricsProviders, "Prometheus' provider opens /metrics"),
	metricsPort: field("metricsProvider.httpPort", port, 7000, "its port; 0 takes any free port"),
	metricsHost: field("metricsProvider.httpHost", text, "0.0.0.0", "address to listen on"),
	restPort: optional("rest.port", port, "ZooKeeper over HTTP, see README; 0 takes any free port; not set: off"),
	restAddress: field("rest.address", text, "0.0.0.0", "address to listen on"),
	localSessionsUpgrading: field("localSessionsUpgradingEnabled", trueOrFalse, false, "they become global when needed"),
} as const;

type Value<F> = F extends { readonly kind: Kind<infer T>; readonly initial: infer I }
	? undefined extends I
		? T | undefined
		: T
	: never;

export type Settings = { readonly [Name in keyof typeof fields]: Value<(typeof fields)[Name]> };
export type SettingName = keyof typeof fields;

/** Keys that are taken because files for Apache have them, and why they change nothing here. */
export const idleKeys: readonly { readonly pattern: RegExp; readonly why: string }[] = [
	{ pattern: /^connectToLearnerMasterLimit$/, why: "learners have initLimit for it" },
	{ pattern: /^syncEnabled$/, why: "observers always keep log and snapshots" },
	{ pattern: /^quorum\.cnxn\.threads\.size$/, why: "the server has one thread" },
	{ pattern: /^multiAddress\.\w+$/, why: "the first address of each server is used" },
	{ pattern: /^(leader|learner|observer)\.\w+$/, why: "there is one way to serve learners" },
	{ pattern: /^admin\.(idleTimeout|rateLimiterIntervalInMS)$/, why: "commands are cheap and end at once" },
	{ pattern: /^admin\.(snapshot|restore)\.\w+$/, why: "there are no commands for snapshots" },
	{ pattern: /^metricsProvider\.\w+$/, why: "there are no such metrics" },
	{ pattern: /^audit\.enable$/, why: "there is no audit log yet" },
	{ pattern: /^serverCnxnFactory$/, why: "there is one kind of client connection" },
	{ pattern: /^nio\.\w+$/, why: "the server has one thread" },
	{ pattern: /^(flushDelay|maxWriteQueuePollTime|maxBatchSize)$/, why: "each turn of the server ends in one flush" },
	{ pattern: /^fsync\.warningthresholdms$/, why: "slow flushes are not reported" },
	{
		pattern: /^(digest\.enabled|closeSessionTxn\.enabled|db\.autocreate|datadir\.autocreate)$/,
		why: "it is always on",
	},
	{ pattern: /^znode\.container\.maxNeverUsedIntervalMs$/, why: "containers without any child ever stay" },
	{ pattern: /^(tcpKeepAlive|client\.portUnification)$/, why: "it is always off" },
];

/** Keys that would change what clients may rely on: going on without them would be a lie. */
export const refusedKeys: readonly { readonly pattern: RegExp; readonly why: string }[] = [
	{ pattern: /^admin\.(portUnification|forceHttps|needClientAuth)$/, why: "TLS is not supported yet" },
	{ pattern: /^(secureClientPort\w*|ssl\..*|sslQuorum\w*|portUnification)$/, why: "TLS is not supported yet" },
	{ pattern: /^quorum\.auth\..*$/, why: "SASL between servers is not supported yet" },
	{ pattern: /^observerMasterPort$/, why: "observers that follow followers are not supported yet" },
	{ pattern: /^oraclePath$/, why: "oracles are not supported yet" },
	{ pattern: /^authProvider(\.\w+)*$/, why: "further auth providers are not supported yet" },
	{ pattern: /^(sessionRequireClientSASLAuth|enforce\.auth\.\w+)$/, why: "SASL is not supported yet" },
	{ pattern: /^snapshot\.compression\.method$/, why: "compressed snapshots are not supported yet" },
];
