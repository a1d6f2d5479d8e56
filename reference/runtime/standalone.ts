import { DiskError } from "../host/disk.js";
import { Host, type HostEvent, type HostLimits } from "../host/host.js";
import { DamagedFileError } from "../log/damaged-file.js";
import { type Restored, restore } from "../log/restore.js";
import type { ServerConfig } from "../server/config.js";
import type { Clock } from "../server/contract.js";
import { Server } from "../server/server.js";
import type { DataFolders } from "./data-folders.js";
import { exitCodes, StartError } from "./exit-codes.js";
import { FsDisk } from "./fs-disk.js";
import { NodeNetwork } from "./node-network.js";
import { capabilitiesOf, serverConfigOf } from "./server-config.js";
import type { Settings } from "./settings.js";
import { TurnScheduler } from "./turn-scheduler.js";

export interface StandaloneEvents {
	/** Clients may come. */
	onListening(port: number): void;
	/** Everything acknowledged is on disk, and no work is left. */
	onStopped(): void;
	onFailed(error: StartError): void;
	/** One line for the operator. */
	onNote(line: string): void;
}

/**
 * Restores the state and starts to serve it.
 * @returns how to stop it
 * @throws StartError when the files do not allow it
 */
export function startStandalone(settings: Settings, folders: DataFolders, events: StandaloneEvents): () => void {
	const post = (event: HostEvent): void => host.post(event);
	const logDisk = new FsDisk(folders.logs, settings.forceSync, (event) => post({ type: "logDisk", event }));
	const snapshotDisk = new FsDisk(folders.snapshots, settings.forceSync, (event) =>
		post({ type: "snapshotDisk", event }),
	);
	const restored = mustRestore(settings, snapshotDisk, logDisk);
	for (const note of restored.notes) events.onNote(note);
	for (const name of restored.unborn) logDisk.remove(name);
	const config: { -readonly [Key in keyof ServerConfig]: ServerConfig[Key] } = serverConfigOf(settings, folders);
	const network = new NodeNetwork(post);
	const clock = (): Clock => ({ nowMs: performance.now(), wallMs: Date.now() });
	const failed = (exitCode: 1 | 10, message: string): void => events.onFailed(new StartError(exitCode, message));
	const host: Host = new Host({
		logDisk,
		snapshotDisk,
		network,
		limits: limitsOf(settings),
		state: { ...restored, fresh: restored.snapshot === undefined },
		clock,
		random: Math.random,
		makeMachine: (effects) =>
			new Server({ type: "standalone" }, config, restored, effects, capabilitiesOf(folders), clock()),
		wake: () => scheduler.wake(),
		onReady: () => {
			listen(settings, network, events, (port) => {
				config.clientPort = port;
				events.onListening(port);
			});
		},
		onStopped: () => {
			scheduler.stop();
			network.shutDown();
			events.onStopped();
		},
		onDiskFailed: (reason) => failed(exitCodes.logOrSnapshot, `the disk failed: ${reason}`),
	});
	const scheduler = new TurnScheduler(
		() => host.turn(),
		() => host.deadlineMs,
	);
	host.start();
	return () => post({ type: "stop" });
}

function listen(
	settings: Settings,
	network: NodeNetwork,
	events: StandaloneEvents,
	onPort: (port: number) => void,
): void {
	const { clientPort, clientPortAddress, listenBacklog } = settings;
	const at = { port: clientPort ?? 0, host: clientPortAddress, backlog: listenBacklog === -1 ? 50 : listenBacklog };
	network.listen(at, onPort, (error) => {
		events.onFailed(new StartError(exitCodes.unexpected, `can not listen on port ${at.port}: ${error.message}`));
	});
}

function limitsOf(settings: Settings): HostLimits {
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
function mustRestore(settings: Settings, snapshotDisk: FsDisk, logDisk: FsDisk): Restored {
	const bodyBytesMax = 2 * settings.juteMaxBufferBytes;
	try {
		return restore(snapshotDisk, logDisk, { bodyBytesMax, trustEmpty: settings.trustEmptySnapshot });
	} catch (error) {
		if (error instanceof DamagedFileError || error instanceof DiskError)
			throw new StartError(exitCodes.unexpected, error.message);
		throw error;
	}
}
