import type { HostEvent } from "../host/host.js";
import { Member } from "../host/member.js";
import type { MemberLimits } from "../host/member-parts.js";
import { restoreMember } from "../host/member-start.js";
import type { Door } from "../host/network.js";
import type { ServerConfig } from "../server/config.js";
import { Reception } from "../server/reception.js";
import { Server } from "../server/server.js";
import type { PeerTimings } from "../zab/contract.js";
import { describeEndpoint } from "../zab/member.js";
import { Peer } from "../zab/peer.js";
import { adminSources, openAdmin } from "./admin-server.js";
import type { DataFolders } from "./data-folders.js";
import type { Membership } from "./ensemble-settings.js";
import { exitCodes, StartError } from "./exit-codes.js";
import type { DoorPlace } from "./listener.js";
import { NodeNetwork } from "./node-network.js";
import { capabilitiesOf, serverConfigOf } from "./server-config.js";
import {
	bodyBytesMaxOf,
	clientDoor,
	defaultBacklog,
	limitsOf,
	openDisks,
	readingFiles,
	type ServerEvents,
	systemClock,
} from "./server-parts.js";
import type { Settings } from "./settings.js";
import { TurnScheduler } from "./turn-scheduler.js";

type MemberSettings = Extract<Membership, { type: "member" }>;

/**
 * Restores the state of a member of an ensemble, then looks for the others.
 * @returns how to stop it
 * @throws StartError when the files do not allow it
 */
export function startMember(membership: MemberSettings, folders: DataFolders, events: ServerEvents): () => void {
	const { settings, own, config: ensemble } = membership;
	const post = (event: HostEvent): void => member.post(event);
	const disks = openDisks(settings, folders, post);
	const limits = memberLimitsOf(settings);
	const restoring = { ...limits, trustEmpty: settings.trustEmptySnapshot };
	const start = readingFiles(() => restoreMember(disks.snapshotDisk, disks.logDisk, restoring));
	for (const note of start.notes) events.onNote(note);
	const config: { -readonly [Key in keyof ServerConfig]: ServerConfig[Key] } = {
		...serverConfigOf(settings, folders),
		serverId: own.id,
	};
	const network = new NodeNetwork(post, settings.connectTimeoutMs);
	const failed = (exitCode: StartError["exitCode"], message: string): void =>
		events.onFailed(new StartError(exitCode, message));
	const { initLimit, syncLimit } = membership;
	const facts = { ownId: own.id, initLimit, syncLimit, canReconfigure: false };
	const capabilities = {
		...capabilitiesOf(folders),
		ensemble: () => ({ ...facts, status: member.status, proposalBytes: member.proposalBytes }),
	};
	let server: Server | undefined;
	const closeAdmin = openAdmin(
		settings,
		adminSources(folders, events, () => server),
	);
	const member: Member = new Member({
		...disks,
		serverId: own.id,
		network,
		limits,
		start,
		readOnlyAfterMs: settings.readOnlyMode ? Math.max(readOnlyAfterMsMin, settings.tickTimeMs) : undefined,
		clock: systemClock,
		random: Math.random,
		makePeer: (storage, effects, epochs, nowMs) =>
			new Peer({
				id: own.id,
				config: ensemble,
				reconfigEnabled: settings.reconfigEnabled,
				timings: timingsOf(membership),
				storage,
				effects,
				epochs,
				nowMs,
			}),
		makeServer: (role, state, effects, clock) => {
			server = new Server(role, config, state, effects, capabilities, clock);
			return server;
		},
		makeReception: (effects) => new Reception(config, capabilities, effects),
		wake: () => scheduler.wake(),
		onRole: (role) => {
			if (role === undefined) server = undefined;
			if (role === undefined) events.onRoleEnded();
			else events.onServing({ ...settings, clientPort: config.clientPort }, role);
		},
		onConfigured: () => undefined,
		onStopped: () => {
			scheduler.stop();
			network.shutDown();
			closeAdmin();
			events.onStopped();
		},
		onDiskFailed: (reason) => failed(exitCodes.logOrSnapshot, `the disk failed: ${reason}`),
		onFatal: (reason) => failed(exitCodes.unexpected, reason),
		note: events.onNote,
	});
	const scheduler = new TurnScheduler(
		() => member.turn(),
		() => member.deadlineMs,
	);
	openDoors(membership, network, failed, (port) => {
		config.clientPort = port;
		member.start();
	});
	return () => post({ type: "stop" });
}

/** As long as Apache waits at least before it serves reads without a leader. */
const readOnlyAfterMsMin = 2000;

/** All doors are open before the member begins, so that its port for clients is known when it serves. */
function openDoors(
	{ settings, own }: MemberSettings,
	network: NodeNetwork,
	failed: (exitCode: StartError["exitCode"], message: string) => void,
	onOpen: (clientPort: number) => void,
): void {
	const [{ host, quorumPort, electionPort }] = own.addresses;
	const client = clientDoor(settings);
	const doors: readonly (readonly [Door, DoorPlace, StartError["exitCode"]])[] = [
		["election", quorumDoor(settings, host, electionPort), exitCodes.quorumPort],
		["quorum", quorumDoor(settings, host, quorumPort), exitCodes.quorumPort],
		["client", client, exitCodes.unexpected],
	];
	const waiting = new Set<Door>(doors.map(([door]) => door));
	let clientPort = client.port;
	for (const [door, at, exitCode] of doors) {
		const place = describeEndpoint(at.host ?? "*", at.port);
		network.listen(door, at, {
			onPort: (port) => {
				if (door === "client") clientPort = port;
				waiting.delete(door);
				if (waiting.size === 0) onOpen(clientPort);
			},
			onError: ({ message }) => failed(exitCode, `can not listen on ${place}, the ${door} port: ${message}`),
		});
	}
}

function quorumDoor(settings: Settings, host: string, port: number): DoorPlace {
	const { quorumListenOnAllIps, electionPortBindRetry } = settings;
	const everywhere = quorumListenOnAllIps || host === "0.0.0.0";
	return {
		port,
		host: everywhere ? undefined : host,
		backlog: defaultBacklog,
		attempts: electionPortBindRetry === 0 ? Number.POSITIVE_INFINITY : electionPortBindRetry,
	};
}

function memberLimitsOf(settings: Settings): MemberLimits {
	const { commitLogCount, snapshotSizeFactor } = settings;
	return {
		...limitsOf(settings),
		commitLogCount: commitLogCount > 0 ? commitLogCount : commitLogCountInitial,
		snapshotSizeFactor,
		bodyBytesMax: bodyBytesMaxOf(settings),
	};
}

/** Also what 0 and less stand for. */
const commitLogCountInitial = 500;

function timingsOf({ settings, initLimit, syncLimit }: MemberSettings): PeerTimings {
	const { tickTimeMs, notificationMsMin, notificationMsMax, connectTimeoutMs } = settings;
	return {
		tickMs: tickTimeMs,
		initLimit,
		syncLimit,
		finalizeWaitMs,
		notificationMsMin,
		notificationMsMax,
		connectTimeoutMs,
	};
}

/** Apache's; nothing sets it. */
const finalizeWaitMs = 200;
