import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { Service } from "./asked-role.js";
import { FaultError } from "./ensemble-driver.js";
import { resumed, started } from "./process-faults.js";
import { idsOf, isRunning, mustGoOn, type Stage } from "./stage.js";

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
		mustGoOn(stage);
		await Promise.all(idsOf(stage).map((id) => startIfDown(stage, id, starts)));
		const services = await Promise.all(idsOf(stage).map((id) => stage.serviceOf(id)));
		if (services.every(({ serves }) => serves) && isAgreed(services)) return;
		if (performance.now() > deadlineMs) throw new FaultError(`still not healed: ${described(stage, services)}`);
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
	if (count > startsMax) {
		const words = stage.hands.lastWords?.(id) ?? "";
		throw new FaultError([`server ${id} ended again and again after it was started`, words].join("\n").trimEnd());
	}
	starts.set(id, count);
	await started(stage, id);
}

/** One that was paused believes for a while that it leads still, beside the one that does. Some do not say who leads. */
function isAgreed(services: readonly Service[]): boolean {
	const leaders = services.filter(({ role }) => role === "leader" || role === "standalone").length;
	return leaders === 1 || (leaders === 0 && services.some(({ role }) => role === undefined));
}

function described(stage: Stage, services: readonly Service[]): string {
	const texts = idsOf(stage).map((id, i) => {
		const { serves = false, role = undefined } = services[i] ?? {};
		if (!isRunning(stage, id)) return `server ${id} is down`;
		return `server ${id} ${serves ? "serves" : "does not serve"}${role === undefined ? "" : ` as ${role}`}`;
	});
	return texts.join(", ");
}
