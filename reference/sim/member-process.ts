import { Member } from "../host/member.js";
import { restoreMember } from "../host/member-start.js";
import { epoch, serverId } from "../model/ids.js";
import type { Capabilities, ServerConfig } from "../server/config.js";
import type { ServerRole, ServerState } from "../server/contract.js";
import { Reception } from "../server/reception.js";
import { Server } from "../server/server.js";
import type { PeerTimings } from "../zab/contract.js";
import { type EnsembleConfig, parseEnsembleConfig } from "../zab/ensemble-config.js";
import { Peer } from "../zab/peer.js";
import type { SimOptions } from "./plan.js";
import { seatLine } from "./reconfig-op.js";
import {
	bodyBytesMax,
	capabilities,
	hostLimitsOf,
	type ProcessWorld,
	type Running,
	serverConfigOf,
} from "./running.js";
import type { Place } from "./sim-network.js";

/** What a configuration file decides about a member. */
export interface MemberSettings {
	readonly config: EnsembleConfig;
	readonly server: ServerConfig;
	readonly capabilities: Capabilities;
	readonly reconfigEnabled: boolean;
	/** Undefined: it serves nobody without a leader. */
	readonly readOnlyAfterMs: number | undefined;
	/** Whether four-letter words are answered while nobody is served. */
	readonly hasReception: boolean;
}

/** A member of an ensemble, set up as the seed has drawn it, on what its disks hold. */
export const startMember = memberStarter((world) => ({
	config: world.savedConfig ?? ensembleOf(world.options, world.place),
	server: serverConfigOf(world),
	capabilities,
	reconfigEnabled: world.options.reconfig !== undefined,
	readOnlyAfterMs: undefined,
	hasReception: false,
}));

/** How to start members that are set up in some way. */
export function memberStarter(settingsOf: (world: ProcessWorld) => MemberSettings): (world: ProcessWorld) => Running {
	return (world) => startSetUp(world, settingsOf(world));
}

function startSetUp(world: ProcessWorld, settings: MemberSettings): Running {
	const { options, logDisk, snapshotDisk, network, place } = world;
	const { commitLogCount, snapshotSizeFactor } = options;
	const { config, server, reconfigEnabled, readOnlyAfterMs, hasReception } = settings;
	let state: ServerState | undefined;
	const start = restoreMember(snapshotDisk, logDisk, { bodyBytesMax, trustEmpty: false, commitLogCount });
	for (const note of start.notes) world.note(note);
	const { initLimit, syncLimit } = options;
	const able: Capabilities = {
		...settings.capabilities,
		ensemble: () => ({
			ownId: serverId(place),
			initLimit,
			syncLimit,
			status: member.status,
			proposalBytes: member.proposalBytes,
		}),
	};
	const member: Member = new Member({
		serverId: serverId(place),
		logDisk,
		snapshotDisk,
		network,
		start,
		limits: { ...hostLimitsOf(options), commitLogCount, snapshotSizeFactor, bodyBytesMax },
		readOnlyAfterMs,
		clock: () => world.clock(),
		random: () => world.random(),
		makePeer: (storage, effects, { settledConfig, ...epochs }, nowMs) =>
			new Peer({
				id: serverId(place),
				config,
				settledConfig,
				reconfigEnabled,
				timings: timingsOf(options),
				storage,
				effects,
				epochs,
				nowMs,
			}),
		makeServer: (role, of, effects, clock) => {
			state = of;
			return new Server(role, server, of, effects, able, clock);
		},
		...(hasReception ? { makeReception: (effects) => new Reception(server, able, effects) } : {}),
		wake: () => world.wake(),
		onRole: (role: ServerRole | undefined) => world.onRole(role, role && state),
		onConfigured: (current) => world.onConfigured(current),
		onStopped: () => world.onEnd("stopped", true),
		onDiskFailed: (reason) => world.onEnd(`the disk failed: ${reason}`, false),
		onFatal: (reason) => world.onEnd(reason, false),
		note: (line) => world.note(line),
	});
	member.start();
	return {
		post: (event) => member.post(event),
		turn: () => member.turn(),
		get deadlineMs() {
			return member.deadlineMs;
		},
		get epoch() {
			return epoch(member.status.epoch);
		},
	};
}

/** As a server is set up: a joiner knows the others, and has a line of its own. */
function ensembleOf({ servers, observers, weights, reconfig }: SimOptions, own: Place): EnsembleConfig {
	const lines: [string, string][] = [];
	for (let place = 1; place <= servers + observers; place++)
		lines.push(seatLine({ place, role: place <= servers ? "participant" : "observer" }));
	const spare = reconfig?.spares[own - servers - observers - 1];
	if (spare !== undefined) lines.push(seatLine({ place: own, role: spare }));
	if (weights.length > 0) {
		lines.push(["group.1", weights.map((_, index) => index + 1).join(":")]);
		for (const [index, weight] of weights.entries()) lines.push([`weight.${index + 1}`, String(weight)]);
	}
	return parseEnsembleConfig(lines);
}

/** Apache's relations between them, at the speed of the simulation's tick. */
function timingsOf({ tickMs, initLimit, syncLimit }: SimOptions): PeerTimings {
	return {
		tickMs,
		initLimit,
		syncLimit,
		finalizeWaitMs: 200,
		notificationMsMin: 200,
		notificationMsMax: 20 * tickMs,
		connectTimeoutMs: 2.5 * tickMs,
	};
}
