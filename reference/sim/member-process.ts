import { Member } from "../host/member.js";
import { restoreMember } from "../host/member-start.js";
import { epoch, serverId } from "../model/ids.js";
import type { ServerRole, ServerState } from "../server/contract.js";
import { Server } from "../server/server.js";
import type { PeerTimings } from "../zab/contract.js";
import { type EnsembleConfig, parseEnsembleConfig } from "../zab/ensemble-config.js";
import { Peer } from "../zab/peer.js";
import type { SimOptions } from "./plan.js";
import {
	bodyBytesMax,
	capabilities,
	hostLimitsOf,
	type ProcessWorld,
	type Running,
	serverConfigOf,
} from "./running.js";
import { hostOf, ports } from "./sim-network.js";

/** A member of an ensemble on what its disks hold. */
export function startMember(world: ProcessWorld): Running {
	const { options, logDisk, snapshotDisk, network, place } = world;
	const { commitLogCount, snapshotSizeFactor } = options;
	const config = ensembleOf(options);
	const serverConfig = serverConfigOf(world);
	let state: ServerState | undefined;
	const start = restoreMember(snapshotDisk, logDisk, { bodyBytesMax, trustEmpty: false, commitLogCount });
	for (const note of start.notes) world.note(note);
	const member = new Member({
		serverId: serverId(place),
		logDisk,
		snapshotDisk,
		network,
		start,
		limits: { ...hostLimitsOf(options), commitLogCount, snapshotSizeFactor, bodyBytesMax },
		readOnlyAfterMs: undefined,
		clock: () => world.clock(),
		random: () => world.random(),
		makePeer: (storage, effects, { settledConfig, ...epochs }, nowMs) =>
			new Peer({
				id: serverId(place),
				config,
				settledConfig,
				reconfigEnabled: false,
				timings: timingsOf(options),
				storage,
				effects,
				epochs,
				nowMs,
			}),
		makeServer: (role, of, effects, clock) => {
			state = of;
			return new Server(role, serverConfig, of, effects, capabilities, clock);
		},
		wake: () => world.wake(),
		onRole: (role: ServerRole | undefined) => world.onRole(role, role && state),
		onConfigured: () => undefined,
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

function ensembleOf({ servers, observers, weights }: SimOptions): EnsembleConfig {
	const lines: [string, string][] = [];
	for (let place = 1; place <= servers + observers; place++) {
		const role = place <= servers ? "participant" : "observer";
		lines.push([`server.${place}`, `${hostOf(place)}:${ports.quorum}:${ports.election}:${role}`]);
	}
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
