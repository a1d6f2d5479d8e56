import type { HostEvent } from "../host/host.js";
import { Member } from "../host/member.js";
import type { MemberLimits, MemberParts, MemberStart } from "../host/member-parts.js";
import { restoreMember } from "../host/member-start.js";
import type { Capabilities, ServerConfig } from "../server/config.js";
import type { ServerRole } from "../server/contract.js";
import { Reception } from "../server/reception.js";
import { Server } from "../server/server.js";
import type { PeerTimings } from "../zab/contract.js";
import type { EnsembleConfig } from "../zab/ensemble-config.js";
import { Peer, type PeerParts } from "../zab/peer.js";
import { adminSources, openAdmin } from "./admin-server.js";
import { ConfigFiles } from "./config-files.js";
import type { DataFolders } from "./data-folders.js";
import type { Membership } from "./ensemble-settings.js";
import { exitCodes, StartError } from "./exit-codes.js";
import { type Gateway, gatewayOf } from "./gateway/rest-gateway.js";
import { MemberDoors } from "./member-doors.js";
import { NodeNetwork } from "./node-network.js";
import { capabilitiesOf, readOnlyAfterMsOf, serverConfigOf } from "./server-config.js";
import { bodyBytesMaxOf, limitsOf, openDisks, readingFiles, type ServerEvents, systemClock } from "./server-parts.js";
import type { Settings } from "./settings.js";
import { TurnScheduler } from "./turn-scheduler.js";

type MemberSettings = Extract<Membership, { type: "member" }>;
type Disks = Pick<MemberParts, "logDisk" | "snapshotDisk">;
type Makers = Pick<MemberParts, "makePeer" | "makeServer" | "makeReception">;
type Reactions = Pick<MemberParts, "onRole" | "onConfigured" | "onStopped" | "onDiskFailed" | "onFatal">;
type Surroundings = Omit<MemberParts, keyof Makers | keyof Reactions | keyof Disks | "start">;

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
	const member = new RunningMember(membership, configFile, folders, events);
	member.open();
	return () => member.stop();
}

/** A member with its disks, doors and clock. */
class RunningMember {
	readonly #membership: MemberSettings;
	readonly #events: ServerEvents;
	readonly #config: { -readonly [Key in keyof ServerConfig]: ServerConfig[Key] };
	readonly #network: NodeNetwork;
	readonly #gateway: Gateway;
	readonly #files: ConfigFiles | undefined;
	readonly #doors: MemberDoors;
	readonly #closeAdmin: () => void;
	readonly #member: Member;
	readonly #scheduler: TurnScheduler;
	/** Of the role that it has. */
	#server: Server | undefined;

	constructor(membership: MemberSettings, configFile: string | undefined, folders: DataFolders, events: ServerEvents) {
		const { settings, own } = membership;
		const { onNote } = events;
		const post = (event: HostEvent): void => this.#member.post(event);
		const disks = openDisks(settings, folders, post);
		const start = restored(settings, disks, onNote);
		this.#membership = membership;
		this.#events = events;
		this.#config = { ...serverConfigOf(settings, folders), serverId: own.id };
		this.#network = new NodeNetwork(post, settings.connectTimeoutMs);
		this.#gateway = gatewayOf({ settings, network: this.#network, post, onNote });
		this.#files = maybeConfigFiles(membership, configFile, onNote);
		this.#doors = this.#makeDoors();
		this.#closeAdmin = openAdmin(
			settings,
			adminSources(folders, events, () => this.#server),
		);
		this.#member = new Member({
			...disks,
			start,
			...this.#surroundings(),
			...this.#makers(this.#capabilities(folders)),
			...this.#reactions(),
		});
		this.#scheduler = new TurnScheduler(
			() => this.#member.turn(),
			() => this.#member.deadlineMs,
		);
	}

	open(): void {
		this.#doors.open(this.#membership.own, () => {
			this.#member.start();
			this.#gateway.open();
		});
	}

	stop(): void {
		this.#member.post({ type: "stop" });
	}

	#makeDoors(): MemberDoors {
		return new MemberDoors({
			settings: this.#membership.settings,
			network: this.#network,
			failed: (exitCode, message) => this.#failed(exitCode, message),
			onNote: this.#events.onNote,
			onClientPort: (port) => {
				this.#config.clientPort = port;
			},
		});
	}

	#capabilities(folders: DataFolders): Capabilities {
		const { own, initLimit, syncLimit } = this.#membership;
		const facts = { ownId: own.id, initLimit, syncLimit };
		return {
			...capabilitiesOf(folders),
			ensemble: () => ({ ...facts, status: this.#member.status, proposalBytes: this.#member.proposalBytes }),
		};
	}

	#surroundings(): Surroundings {
		const { settings, own } = this.#membership;
		return {
			serverId: own.id,
			network: this.#gateway.network,
			limits: memberLimitsOf(settings),
			readOnlyAfterMs: readOnlyAfterMsOf(settings),
			clock: systemClock,
			random: Math.random,
			wake: () => this.#scheduler.wake(),
			note: this.#events.onNote,
		};
	}

	#makers(capabilities: Capabilities): Makers {
		return {
			makePeer: (storage, effects, { settledConfig, ...epochs }, nowMs) =>
				new Peer({ ...peerPartsOf(this.#membership), settledConfig, storage, effects, epochs, nowMs }),
			makeServer: (role, state, effects, clock) => {
				this.#server = new Server(role, this.#config, state, effects, capabilities, clock);
				return this.#server;
			},
			makeReception: (effects) => new Reception(this.#config, capabilities, effects),
		};
	}

	#reactions(): Reactions {
		return {
			onRole: (role) => this.#changeRole(role),
			onConfigured: (current, next) => this.#follow(current, next),
			onStopped: () => this.#close(),
			onDiskFailed: (reason) => this.#failed(exitCodes.logOrSnapshot, `the disk failed: ${reason}`),
			onFatal: (reason) => this.#failed(exitCodes.unexpected, reason),
		};
	}

	#changeRole(role: ServerRole | undefined): void {
		if (role === undefined) this.#server = undefined;
		if (role === undefined) this.#events.onRoleEnded();
		else this.#events.onServing({ ...this.#membership.settings, clientPort: this.#config.clientPort }, role);
	}

	#follow(current: EnsembleConfig, next: EnsembleConfig | undefined): void {
		this.#files?.save(current, next);
		const line = current.members.get(this.#membership.own.id);
		if (line !== undefined) this.#doors.follow(line);
	}

	#close(): void {
		this.#scheduler.stop();
		this.#network.shutDown();
		this.#gateway.close();
		this.#closeAdmin();
		this.#events.onStopped();
	}

	#failed(exitCode: StartError["exitCode"], message: string): void {
		this.#events.onFailed(new StartError(exitCode, message));
	}
}

function restored(settings: Settings, disks: Disks, onNote: (line: string) => void): MemberStart {
	const restoring = { ...memberLimitsOf(settings), trustEmpty: settings.trustEmptySnapshot };
	const start = readingFiles(() => restoreMember(disks.snapshotDisk, disks.logDisk, restoring));
	for (const note of start.notes) onNote(note);
	return start;
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
