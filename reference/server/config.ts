import { limits } from "../lib/limits.js";
import type { EnsembleView } from "./ensemble-view.js";

/** Everything that zoo.cfg decides about the server itself; names and defaults are Apache's where it has them. */
export interface ServerConfig {
	/** Top byte of session ids. */
	readonly serverId: number;
	readonly tickMs: number;
	readonly sessionTimeoutMsMin: number;
	readonly sessionTimeoutMsMax: number;
	/** jute.maxbuffer: the largest frame that a client may send. */
	readonly frameBytesMax: number;
	/** Connections from one address; 0 is no limit. */
	readonly clientConnectionsMax: number;
	/** Connections in all; 0 is no limit. */
	readonly connectionsMax: number;
	/** Requests in progress above which links with requests of their own are not read. */
	readonly outstandingMax: number;
	/** How long a connection may stay without a handshake. */
	readonly sessionlessTimeoutMs: number;
	/** Four-letter words that are answered; "*" for all. */
	readonly fourLetterWords: readonly string[];
	readonly skipAcl: boolean;
	readonly enforceQuota: boolean;
	readonly extendedTypesEnabled: boolean;
	readonly reconfigEnabled: boolean;
	/** Whether an ensemble of one voter is refused. */
	readonly standaloneEnabled: boolean;
	/** Whether new sessions are known to their server alone, and whether the first ephemeral makes them everybody's. */
	readonly localSessions: "off" | "on" | "upgrading";
	/** False: clients must find another server than the leader. */
	readonly leaderServes: boolean;
	readonly digestAuthEnabled: boolean;
	/** `super:` and the hash of the identity that passes every check; null for none. */
	readonly superDigest: string | null;
	readonly containerCheckIntervalMs: number;
	readonly containersPerMinuteMax: number;
	/** What `srvr` says the version is. */
	readonly version: string;
	/** The lines of `conf`, in order, that the server itself has no use for. */
	readonly clientPort: number;
	readonly dataDir: string;
	readonly dataLogDir: string;
	readonly listenBacklog: number;
}

export const defaultServerConfig: ServerConfig = {
	serverId: 1,
	tickMs: 2000,
	sessionTimeoutMsMin: 4000,
	sessionTimeoutMsMax: 40_000,
	frameBytesMax: limits.defaultFrameBytesMax,
	clientConnectionsMax: 60,
	connectionsMax: 0,
	outstandingMax: 1000,
	sessionlessTimeoutMs: 10_000,
	fourLetterWords: ["srvr"],
	skipAcl: false,
	enforceQuota: false,
	extendedTypesEnabled: false,
	reconfigEnabled: false,
	standaloneEnabled: true,
	localSessions: "off",
	leaderServes: true,
	digestAuthEnabled: true,
	superDigest: null,
	containerCheckIntervalMs: 60_000,
	containersPerMinuteMax: 10_000,
	version: "3.9.6-zkspec, built on 2026-11-22 00:00 UTC",
	clientPort: 2181,
	dataDir: "",
	dataLogDir: "",
	listenBacklog: -1,
};

/** What the server needs of the world and can not compute from events. */
export interface Capabilities {
	/** SHA-1 of the bytes, in base64. */
	digestHash(bytes: Uint8Array): string;
	/** Bytes on disk, for `dirs` and `conf`. */
	directoryBytes(): { readonly data: number; readonly log: number };
	/** How many file descriptors the process has open, and may have. */
	fileDescriptors(): { readonly open: number; readonly max: number };
	/** As of now; none for a standalone server. */
	ensemble?(): EnsembleView;
	/** The lines of `envi` after the version, as key and value. */
	environment(): Iterable<readonly [key: string, value: string]>;
}
