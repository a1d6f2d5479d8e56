import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { arch, hostname, release, type, userInfo } from "node:os";
import type { Capabilities, ServerConfig } from "../server/config.js";
import { defaultServerConfig } from "../server/config.js";
import { type DataFolders, folderBytes } from "./data-folders.js";
import type { Settings } from "./settings.js";
import { sessionTimeoutsMs } from "./zoo-cfg.js";

/** The settings that the server itself acts on. */
export function serverConfigOf(settings: Settings, folders: DataFolders): ServerConfig {
	const { min, max } = sessionTimeoutsMs(settings);
	return {
		serverId: defaultServerConfig.serverId,
		version: defaultServerConfig.version,
		tickMs: settings.tickTimeMs,
		sessionTimeoutMsMin: min,
		sessionTimeoutMsMax: max,
		frameBytesMax: settings.juteMaxBufferBytes,
		clientConnectionsMax: settings.maxClientCnxns,
		connectionsMax: settings.maxCnxns,
		outstandingMax: settings.globalOutstandingLimit,
		sessionlessTimeoutMs: settings.sessionlessTimeoutMs,
		fourLetterWords: settings.readOnlyMode ? [...settings.fourLetterWords, "isro"] : settings.fourLetterWords,
		skipAcl: settings.skipAcl,
		enforceQuota: settings.enforceQuota,
		extendedTypesEnabled: settings.extendedTypesEnabled,
		reconfigEnabled: settings.reconfigEnabled,
		standaloneEnabled: settings.standaloneEnabled,
		localSessions: localSessionsOf(settings),
		leaderServes: settings.leaderServes,
		digestAuthEnabled: settings.digestAuthEnabled,
		superDigest: settings.superDigest ?? null,
		containerCheckIntervalMs: settings.containerCheckIntervalMs,
		containersPerMinuteMax: settings.containerMaxPerMinute,
		clientPort: settings.clientPort ?? 0,
		dataDir: folders.snapshots,
		dataLogDir: folders.logs,
		listenBacklog: settings.listenBacklog,
	};
}

function localSessionsOf({ localSessions, localSessionsUpgrading }: Settings): ServerConfig["localSessions"] {
	if (!localSessions) return "off";
	return localSessionsUpgrading ? "upgrading" : "on";
}

/** How long a member looks for a leader before it serves reads without one; undefined when it never does. */
export function readOnlyAfterMsOf({ readOnlyMode, tickTimeMs }: Settings): number | undefined {
	return readOnlyMode ? Math.max(readOnlyAfterMsMin, tickTimeMs) : undefined;
}

/** As long as Apache waits at least. */
const readOnlyAfterMsMin = 2000;

export function capabilitiesOf(folders: DataFolders): Capabilities {
	return {
		digestHash: (bytes) => createHash("sha1").update(bytes).digest("base64"),
		fileDescriptors,
		directoryBytes: () => ({ data: folderBytes(folders.snapshots), log: folderBytes(folders.logs) }),
		environment: () => environment(),
	};
}

/** Apache's keys, with what a process without a Java machine has to say to them. */
function environment(): (readonly [string, string])[] {
	const { username, homedir } = userInfo();
	return [
		["host.name", hostname()],
		["node.version", process.version],
		["os.name", type()],
		["os.arch", arch()],
		["os.version", release()],
		["user.name", username],
		["user.home", homedir],
		["user.dir", process.cwd()],
		["os.memory.used", `${Math.round(process.memoryUsage.rss() / (1 << 20))}MB`],
	];
}

/** Read from the system's own files; 0 where there are none. */
function fileDescriptors(): { readonly open: number; readonly max: number } {
	const own = "/proc/self";
	if (!existsSync(own)) return { open: 0, max: 0 };
	const limits = readFileSync(`${own}/limits`, "utf8");
	const max = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? 0);
	return { open: readdirSync(`${own}/fd`).length, max };
}
