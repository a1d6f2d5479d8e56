import { Host, type HostEvent } from "../host/host.js";
import { restore } from "../log/restore.js";
import type { ServerConfig } from "../server/config.js";
import { Server } from "../server/server.js";
import { adminSources, openAdmin } from "./admin-server.js";
import type { DataFolders } from "./data-folders.js";
import { exitCodes, StartError } from "./exit-codes.js";
import { gatewayOf } from "./gateway/rest-gateway.js";
import { NodeNetwork } from "./node-network.js";
import { capabilitiesOf, serverConfigOf } from "./server-config.js";
import {
	bodyBytesMaxOf,
	clientDoor,
	limitsOf,
	openDisks,
	readingFiles,
	type ServerEvents,
	systemClock,
} from "./server-parts.js";
import type { Settings } from "./settings.js";
import { TurnScheduler } from "./turn-scheduler.js";

/**
 * Restores the state and starts to serve it.
 * @returns how to stop it
 * @throws StartError when the files do not allow it
 */
export function startStandalone(settings: Settings, folders: DataFolders, events: ServerEvents): () => void {
	const post = (event: HostEvent): void => host.post(event);
	const disks = openDisks(settings, folders, post);
	const restoring = { bodyBytesMax: bodyBytesMaxOf(settings), trustEmpty: settings.trustEmptySnapshot };
	const restored = readingFiles(() => restore(disks.snapshotDisk, disks.logDisk, restoring));
	for (const note of restored.notes) events.onNote(note);
	for (const name of restored.unborn) disks.logDisk.remove(name);
	const config: { -readonly [Key in keyof ServerConfig]: ServerConfig[Key] } = serverConfigOf(settings, folders);
	const network = new NodeNetwork(post, settings.connectTimeoutMs);
	const gateway = gatewayOf({ settings, network, post, onNote: events.onNote });
	const failed = (exitCode: 1 | 10, message: string): void => events.onFailed(new StartError(exitCode, message));
	let server: Server | undefined;
	let closeAdmin = (): void => undefined;
	const host: Host = new Host({
		...disks,
		network: gateway.network,
		limits: limitsOf(settings),
		state: { ...restored, fresh: restored.snapshot === undefined },
		clock: systemClock,
		random: Math.random,
		makeMachine: (effects) => {
			server = new Server({ type: "standalone" }, config, restored, effects, capabilitiesOf(folders), systemClock());
			return server;
		},
		wake: () => scheduler.wake(),
		onReady: () => {
			const at = clientDoor(settings);
			network.listen("client", at, {
				onPort: (port) => {
					config.clientPort = port;
					closeAdmin = openAdmin(
						settings,
						adminSources(folders, events, () => server),
					);
					gateway.open();
					events.onServing({ ...settings, clientPort: port }, undefined);
				},
				onError: ({ message }) => failed(exitCodes.unexpected, `can not listen on port ${at.port}: ${message}`),
			});
		},
		onStopped: () => {
			scheduler.stop();
			network.shutDown();
			gateway.close();
			closeAdmin();
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
