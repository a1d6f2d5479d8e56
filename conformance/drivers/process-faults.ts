import { chooseGroup } from "./choosing.js";
import type { Fault, PerformedFault, ServerChoice } from "./ensemble-driver.js";
import {
	awakeIds,
	choose,
	idsOf,
	isRunning,
	mustGoOn,
	mustHave,
	type Pick,
	performed,
	runningIds,
	type Stage,
} from "./stage.js";

type Kill = Extract<Fault, { readonly kill: unknown }>["kill"];

const groups = ["minority", "majority", "all"] as const;

export async function kill(stage: Stage, pick: Pick, whom: Kill): Promise<PerformedFault> {
	const ids = await victims(stage, pick, whom);
	const end = mustHave(stage.hands.kill, "kill");
	await Promise.all(ids.map((id) => ended(stage, id, end)));
	return performed("killed", ids, whom);
}

async function victims(stage: Stage, pick: Pick, whom: Kill): Promise<readonly number[]> {
	if (typeof whom === "object") return whom.filter((id) => isRunning(stage, id));
	const group = groups.find((each) => each === whom);
	if (group === undefined) return [await choose(stage, pick, whom as ServerChoice, runningIds(stage))];
	const down = new Set(idsOf(stage).filter((id) => !isRunning(stage, id)));
	const voters = stage.members.filter(({ votes }) => votes).map(({ id }) => id);
	return chooseGroup(group, voters, down, pick);
}

export async function stop(stage: Stage, pick: Pick, whom: ServerChoice): Promise<PerformedFault> {
	const id = await choose(stage, pick, whom, runningIds(stage));
	await ended(stage, id, mustHave(stage.hands.stop, "stop"));
	return performed("stopped", [id], whom);
}

async function ended(stage: Stage, id: number, end: (id: number) => Promise<void>): Promise<void> {
	stage.down.add(id);
	stage.paused.delete(id);
	// It starts again with a disk that is well: what was done was done to the process.
	stage.disks.delete(id);
	await end(id);
}

export async function start(stage: Stage, pick: Pick, whom: ServerChoice | "all"): Promise<PerformedFault> {
	const down = idsOf(stage).filter((id) => !isRunning(stage, id));
	const ids = whom === "all" ? down : [await choose(stage, pick, whom, down)];
	await Promise.all(ids.map((id) => started(stage, id)));
	return performed("started", ids, whom);
}

export async function started(stage: Stage, id: number): Promise<void> {
	mustGoOn(stage);
	const begin = mustHave(stage.hands.start, "start");
	stage.disks.delete(id);
	await begin(id);
	stage.down.delete(id);
}

export async function pause(stage: Stage, pick: Pick, whom: ServerChoice): Promise<PerformedFault> {
	const id = await choose(stage, pick, whom, awakeIds(stage));
	stage.paused.add(id);
	await mustHave(stage.hands.pause, "pause")(id);
	return performed("paused", [id], whom);
}

export async function resume(stage: Stage, pick: Pick, whom: ServerChoice | "all"): Promise<PerformedFault> {
	const paused = idsOf(stage).filter((id) => stage.paused.has(id));
	const ids = whom === "all" ? paused : [await choose(stage, pick, whom, paused)];
	await Promise.all(ids.map((id) => resumed(stage, id)));
	return performed("resumed", ids, whom);
}

export async function resumed(stage: Stage, id: number): Promise<void> {
	await mustHave(stage.hands.resume, "resume")(id);
	stage.paused.delete(id);
}
