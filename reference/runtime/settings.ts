import { limits } from "../lib/limits.js";
import { integer, type Kind, text, trueOrFalse, words, yesOrNo } from "./setting-kinds.js";

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

/** Every setting that means something to a standalone server. Names and initial values are Apache's. */
export const fields = {
	tickTimeMs: field("tickTime", integer(1), 3000, "unit of time in ms; sessions expire on its multiples"),
	dataDir: optional("dataDir", text, "folder of the snapshots"),
	dataLogDir: optional("dataLogDir", text, "folder of the transaction log, if not dataDir"),
	clientPort: optional("clientPort", integer(0, 65535), "0 takes any free port"),
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
	{ pattern: /^(initLimit|syncLimit|connectToLearnerMasterLimit)$/, why: "it concerns ensembles only" },
	{ pattern: /^(electionAlg|cnxTimeout|syncEnabled|leaderServes|peerType)$/, why: "it concerns ensembles only" },
	{ pattern: /^(standaloneEnabled|localSessions\w*|quorum\w*)$/, why: "it concerns ensembles only" },
	{ pattern: /^admin\.\w+$/, why: "there is no admin server yet" },
	{ pattern: /^metricsProvider\.\w+$/, why: "there is no metrics provider yet" },
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
	{ pattern: /^(server|group|weight)\.\d+$/, why: "ensembles are not supported yet" },
	{ pattern: /^dynamicConfigFile$/, why: "ensembles are not supported yet" },
	{ pattern: /^(secureClientPort\w*|ssl\..*|sslQuorum)$/, why: "TLS is not supported yet" },
	{ pattern: /^authProvider(\.\w+)*$/, why: "further auth providers are not supported yet" },
	{ pattern: /^(sessionRequireClientSASLAuth|enforce\.auth\.\w+)$/, why: "SASL is not supported yet" },
	{ pattern: /^snapshot\.compression\.method$/, why: "compressed snapshots are not supported yet" },
];
