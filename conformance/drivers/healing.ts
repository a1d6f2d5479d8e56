import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { FaultError, type MemberRole } from "./ensemble-driver.js";
import { resumed, started } from "./process-faults.js";
import { idsOf, isRunning, type Stage } from "./stage.js";

/** Java starts in about two seconds, several at once on few cores in more. */
const servingTimeoutMs = 60_000;
const pollMs = 25;
/** A server whose disk was full ends at its next write, which may be after it was found to run. */
const startsMax = 3;

/**
 * Undoes all that is broken and waits until everybody serves.
 * @throws FaultError with who does not
 */
export async function healAll(stage: Stage): Promise<void> {
	await undo(stage);
	const starts = new Map<number, number>();
	for (const deadlineMs = performance.now() + servingTimeoutMs; ; await sleep(pollMs)) {
		await Promise.all(idsOf(stage).map((id) => startIfDown(stage, id, starts)));
		const roles = await Promise.all(idsOf(stage).map((id) => stage.roleOf(id)));
		if (roles.every(serves) && roles.filter(leads).length === 1) return;
		if (performance.now() > deadlineMs) throw new FaultError(`still not healed: ${described(stage, roles)}`);
	}
}

async function undo(stage: Stage): Promise<void> {
	const { hands, doors, disks, paused } = stage;
	await Promise.all([...paused].map((id) => resumed(stage, id)));
	await hands.network?.heal();
	await Promise.all([...disks.keys()].map((id) => hands.disk?.(id, { full: false, flushMs: 0 })));
	disks.clear();
	for (const id of idsOf(stage)) {
		doors?.delay(id, 0);
		await doors?.open(id);
	}
	await hands.heal?.();
}

async function startIfDown(stage: Stage, id: number, starts: Map<number, number>): Promise<void> {
	if (isRunning(stage, id) || stage.hands.start === undefined) return;
	const count = (starts.get(id) ?? 0) + 1;
	if (count > startsMax) throw new FaultError(`server ${id} ended again and again after it was started`);
	starts.set(id, count);
	await started(stage, id);
}

/** One that is read-only has no quorum. */
function serves(role: MemberRole | undefined): boolean {
	return role !== undefined && role !== "readOnly";
}

/** One that was paused believes for a while that it leads still, beside the one that does. */
function leads(role: MemberRole | undefined): boolean {
	return role === "leader" || role === "standalone";
}

function described(stage: Stage, roles: readonly (MemberRole | undefined)[]): string {
	const texts = idsOf(stage).map((id, i) => {
		const state = isRunning(stage, id) ? "serves nobody" : "is down";
		return `server ${id} ${roles[i] === undefined ? state : `is ${roles[i]}`}`;
	});
	return texts.join(", ");
}
