import { Host } from "../host/host.js";
import { restore } from "../log/restore.js";
import { Server } from "../server/server.js";
import {
	bodyBytesMax,
	capabilities,
	hostLimitsOf,
	type ProcessWorld,
	type Running,
	serverConfigOf,
} from "./running.js";

/** A standalone server on what its disks hold. */
export function startStandalone(world: ProcessWorld): Running {
	const restored = restore(world.snapshotDisk, world.logDisk, { bodyBytesMax, trustEmpty: false });
	for (const name of restored.unborn) world.logDisk.remove(name);
	const config = serverConfigOf(world);
	const host = new Host({
		logDisk: world.logDisk,
		snapshotDisk: world.snapshotDisk,
		network: world.network,
		limits: hostLimitsOf(world.options),
		state: { ...restored, fresh: restored.snapshot === undefined },
		clock: () => world.clock(),
		random: () => world.random(),
		makeMachine: (effects) =>
			new Server({ type: "standalone" }, config, restored, effects, capabilities, world.clock()),
		wake: () => world.wake(),
		onReady: () => world.onRole({ type: "standalone" }, restored),
		onStopped: () => world.onEnd("stopped", true),
		onDiskFailed: (reason) => world.onEnd(`the disk failed: ${reason}`, false),
	});
	host.start();
	return {
		post: (event) => host.post(event),
		turn: () => host.turn(),
		get deadlineMs() {
			return host.deadlineMs;
		},
		epoch: 0,
	};
}
