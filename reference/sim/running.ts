import type { Disk } from "../host/disk.js";
import type { HostEvent } from "../host/host.js";
import type { Network } from "../host/network.js";
import type { Capabilities, ServerConfig } from "../server/config.js";
import { defaultServerConfig } from "../server/config.js";
import type { Clock, ServerRole, ServerState } from "../server/contract.js";
import type { EnsembleConfig } from "../zab/ensemble-config.js";
import { superDigest } from "./client-codec.js";
import type { SimOptions } from "./plan.js";
import type { Place } from "./sim-network.js";

/** A server process as the simulator drives it: the host of the product, whichever it is. */
export interface Running {
	post(event: HostEvent): void;
	turn(): void;
	readonly deadlineMs: number;
	/** In which it leads or follows at present. */
	readonly epoch: number;
}

/** What a process gets from its machine, and whom it tells. */
export interface ProcessWorld {
	readonly place: Place;
	readonly options: SimOptions;
	readonly logDisk: Disk;
	readonly snapshotDisk: Disk;
	readonly network: Network;
	clock(): Clock;
	/** What it has saved of the configuration that it went by; undefined: it begins with what it was set up with. */
	readonly savedConfig: EnsembleConfig | undefined;
	random(): number;
	wake(): void;
	/** It goes by this configuration from now on. */
	onConfigured(config: EnsembleConfig): void;
	/** Clients are served from now on, from this state; undefined: no more. */
	onRole(role: ServerRole | undefined, state: ServerState | undefined): void;
	/** The process ended by itself: stopped in order, or because it can not go on. */
	onEnd(reason: string, isInOrder: boolean): void;
	note(line: string): void;
}

export const bodyBytesMax = 1 << 20;

export const capabilities: Capabilities = {
	digestHash: () => "",
	directoryBytes: () => ({ data: 0, log: 0 }),
	fileDescriptors: () => ({ open: 0, max: 0 }),
	environment: () => [],
};

export function serverConfigOf({ place, options }: ProcessWorld): ServerConfig {
	return {
		...defaultServerConfig,
		serverId: place,
		tickMs: options.tickMs,
		sessionTimeoutMsMin: 2 * options.tickMs,
		sessionTimeoutMsMax: 20 * options.tickMs,
		sessionlessTimeoutMs: 10 * options.tickMs,
		extendedTypesEnabled: true,
		reconfigEnabled: options.reconfig !== undefined,
		standaloneEnabled: false,
		superDigest,
	};
}

export function hostLimitsOf(options: SimOptions): {
	preAllocBytes: number;
	snapCount: number;
	snapSizeBytes: number;
	logFileBytesMax: number;
	snapRetainCount: number;
	purgeIntervalMs: number;
} {
	const { preAllocBytes, snapCount, logFileBytesMax, snapRetainCount, purgeIntervalMs } = options;
	return { preAllocBytes, snapCount, snapSizeBytes: 0, logFileBytesMax, snapRetainCount, purgeIntervalMs };
}
