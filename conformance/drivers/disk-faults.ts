import type { PerformedFault, ServerChoice } from "./ensemble-driver.js";
import { started } from "./process-faults.js";
import { awakeIds, choose, type Disk, idsOf, isRunning, mustHave, type Pick, performed, type Stage } from "./stage.js";

export async function fillDisk(stage: Stage, pick: Pick, whom: ServerChoice): Promise<PerformedFault> {
	const id = await hurtDisk(stage, pick, whom, { full: true });
	return performed("disk is full of", [id], whom);
}

/** One that has ended of it, as servers do, is started again; not one that somebody has ended. */
export async function freeDisk(stage: Stage, pick: Pick, whom: ServerChoice): Promise<PerformedFault> {
	const ended = idsOf(stage).filter((id) => !isRunning(stage, id) && !stage.down.has(id));
	if (typeof whom === "number" && ended.includes(whom)) {
		await started(stage, whom);
		return performed("disk has room again, and started", [whom]);
	}
	const id = await hurtDisk(stage, pick, whom, { full: false });
	return performed("disk has room again of", [id], whom);
}

export async function slowFlush(stage: Stage, pick: Pick, whom: ServerChoice, ms: number): Promise<PerformedFault> {
	const id = await hurtDisk(stage, pick, whom, { flushMs: ms });
	return performed(`flushes take ${ms} ms longer on`, [id], whom);
}

async function hurtDisk(stage: Stage, pick: Pick, whom: ServerChoice, hurt: Partial<Disk>): Promise<number> {
	const { hands, disks } = stage;
	const id = await choose(stage, pick, whom, awakeIds(stage));
	const disk = { full: false, flushMs: 0, ...disks.get(id), ...hurt };
	// Known before it is done: what fails may have been done in part.
	disks.set(id, disk);
	await mustHave(hands.disk, "hurt disks")(id, disk);
	if (!disk.full && disk.flushMs === 0) disks.delete(id);
	return id;
}
