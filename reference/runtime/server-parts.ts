import { DiskError, type DiskEvent } from "../host/disk.js";
import type { HostLimits } from "../host/storage.js";
import { DamagedFileError } from "../log/damaged-file.js";
import type { Clock, ServerRole } from "../server/contract.js";
import type { DataFolders } from "./data-folders.js";
import { exitCodes, StartError } from "./exit-codes.js";
import { FsDisk } from "./fs-disk.js";
import type { DoorPlace } from "./listener.js";
import type { Settings } from "./settings.js";

/** What the program is told by the server that it starts, of either kind. */
export interface ServerEvents {
	/** Clients may come, with the port in use; for a member of an ensemble each time when it begins to serve. */
	onServing(settings: Settings, role: ServerRole | undefined): void;
	/** A member of an ensemble has lost its leader, or its followers: no clients for now. */
	onRoleEnded(): void;
	/** Everything acknowledged is on disk, and no work is left. */
	onStopped(): void;
	onFailed(error: StartError): void;
	/** One line for the operator. */
	onNote(line: string): void;
}

export interface Disks {
	readonly logDisk: FsDisk;
	readonly snapshotDisk: FsDisk;
}

export function openDisks(
	{ forceSync }: Settings,
	folders: DataFolders,
	post: (event: { readonly type: "logDisk" | "snapshotDisk"; readonly event: DiskEvent }) => void,
): Disks {
	const disk = (folder: string, type: "logDisk" | "snapshotDisk"): FsDisk =>
		new FsDisk(folder, forceSync, (event) => post({ type, event }));
	return { logDisk: disk(folders.logs, "logDisk"), snapshotDisk: disk(folders.snapshots, "snapshotDisk") };
}

export const systemClock = (): Clock => ({ nowMs: performance.now(), wallMs: Date.now() });

export function limitsOf(settings: Settings): HostLimits {
	return {
		preAllocBytes: settings.preAllocSizeKb * 1024,
		snapCount: settings.snapCount,
		snapSizeBytes: settings.snapSizeLimitKb * 1024,
		logFileBytesMax: settings.txnLogSizeLimitKb * 1024,
		snapRetainCount: Math.max(3, settings.snapRetainCount),
		purgeIntervalMs: settings.purgeIntervalHours * 3_600_000,
	};
}

/** A record may be larger than any request: a multi's, or the list of a session's ephemerals. Apache allows twice the size. */
export function bodyBytesMaxOf({ juteMaxBufferBytes }: Settings): number {
	return 2 * juteMaxBufferBytes;
}

/** @throws StartError when the files do not allow what `read` does */
export function readingFiles<T>(read: () => T): T {
	try {
		return read();
	} catch (error) {
		if (error instanceof DamagedFileError || error instanceof DiskError)
			throw new StartError(exitCodes.unexpected, error.message);
		throw error;
	}
}

export type ClientDoorSettings = Pick<Settings, "clientPort" | "clientPortAddress" | "listenBacklog">;

export function clientDoor({ clientPort = 0, clientPortAddress, listenBacklog }: ClientDoorSettings): DoorPlace {
	const backlog = listenBacklog === -1 ? defaultBacklog : listenBacklog;
	return { port: clientPort, host: clientPortAddress, backlog, attempts: 1 };
}

/** Java's. */
export const defaultBacklog = 50;
