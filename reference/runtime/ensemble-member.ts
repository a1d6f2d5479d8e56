import type { HostEvent } from "../host/host.js";
import { Member } from "../host/member.js";
import type { MemberLimits } from "../host/member-parts.js";
import { restoreMember } from "../host/member-start.js";
import type { ServerConfig } from "../server/config.js";
import { Reception } from "../server/reception.js";
import { Server } from "../server/server.js";
import type { PeerTimings } from "../zab/contract.js";
import { Peer, type PeerParts } from "../zab/peer.js";
import { adminSources, openAdmin } from "./admin-server.js";
import { ConfigFiles } from "./config-files.js";
import type { DataFolders } from "./data-folders.js";
import type { Membership } from "./ensemble-settings.js";
import { exitCodes, StartError } from "./exit-codes.js";
import { gatewayOf } from "./gateway/rest-gateway.js";
import { MemberDoors } from "./member-doors.js";
import { NodeNetwork } from "./node-network.js";
import { capabilitiesOf, readOnlyAfterMsOf, serverConfigOf } from "./server-config.js";
import { bodyBytesMaxOf, limitsOf, openDisks, readingFiles, type ServerEvents, systemClock } from "./server-parts.js";
import type { Settings } from "./settings.js";
import { TurnScheduler } from "./turn-scheduler.js";

type MemberSettings = Extract<Membership, { type: "member" }>;

/**
 * Restores the state of a member of an ensemble, then looks for the others.
 * @param configFile zoo.cfg, if there is one
 * @returns how to stop it
 * @throws StartError when the files do not allow it
 */
export function startMember(
	membership: MemberSettings,
	configFile: string | undefined,
	folders: DataFolders,
	events: ServerEvents,
): () => void {
	const { settings, own } = membership;
	const post = (event: HostEvent): void => member.post(event);
	const disks = openDisks(settings, folders, post);
	const limits = memberLimitsOf(settings);
	const restoring = { ...limits, trustEmpty: settings.trustEmptySnapshot };
	const start = readingFiles(() => restoreMember(disks.snapshotDisk, disks.logDisk, restoring));
	for (const note of start.notes) events.onNote(note);
	const config: ServerConfig = { ...serverConfigOf(settings, folders), serverId: own.id };
	const network = new NodeNetwork(post, settings.connectTimeoutMs);
	const gateway = gatewayOf({ settings, network, post, onNote: events.onNote });
	const failed = (exitCode: StartError["exitCode"], message: string): void =>
		events.onFailed(new StartError(exitCode, message));
	const { initLimit, syncLimit } = membership;
	const facts = { ownId: own.id, initLimit, syncLimit };
	const capabilities = {
		...capabilitiesOf(folders),
		ensemble: () => ({ ...facts, status: member.status, proposalBytes: member.proposalBytes }),
	};
	const files = maybeConfigFiles(membership, configFile, events.onNote);
	const onClientPort = (port: number): void => void Object.assign(config, { clientPort: port });
	const doors = new MemberDoors({ settings, network, failed, onNote: events.onNote, onClientPort });
	let server: Server | undefined;
	const closeAdmin = openAdmin(
		settings,
		adminSources(folders, events, () => server),
	);
	const member: Member = new Member({
		...disks,
		serverId: own.id,
		network: gateway.network,
		limits,
		start,
		readOnlyAfterMs: readOnlyAfterMsOf(settings),
		clock: systemClock,
		random: Math.random,
		makePeer: (storage, effects, { settledConfig, ...epochs }, nowMs) =>
			new Peer({ ...peerPartsOf(membership), settledConfig, storage, effects, epochs, nowMs }),
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
		onConfigured: (current, next) => {
			files?.save(current, next);
			const line = current.members.get(own.id);
			if (line !== undefined) doors.follow(line);
		},
		onStopped: () => {
			scheduler.stop();
			network.shutDown();
			gateway.close();
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
	doors.open(own, () => {
		member.start();
		gateway.open();
	});
	return () => post({ type: "stop" });
}

/** Where the ensemble never changes, or no file says who belongs to it, none is written. */
function maybeConfigFiles(
	{ settings, own, config }: MemberSettings,
	file: string | undefined,
	onNote: (line: string) => void,
): ConfigFiles | undefined {
	if (file === undefined || !settings.reconfigEnabled) return undefined;
	return new ConfigFiles({ file, ownId: own.id, config, isDynamic: settings.dynamicConfigFile !== undefined, onNote });
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

function peerPartsOf(membership: MemberSettings): Pick<PeerParts, "id" | "config" | "reconfigEnabled" | "timings"> {
	const { own, config, settings } = membership;
	return { id: own.id, config, reconfigEnabled: settings.reconfigEnabled, timings: timingsOf(membership) };
}

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
