import { setTimeout as sleep } from "node:timers/promises";
import type { Hands, Target } from "../../targets/target.js";
import type { Measured, Stage } from "../measured.js";
import type { FailureEvent } from "../workload.js";
import { gapFigures } from "./gaps.js";
import { handsOf } from "./hands.js";
import { meteredLoad } from "./load.js";

/** A load while servers are killed and started again, at the workload's times. */
export async function measureFailures(stage: Stage): Promise<Measured> {
	const { target, parameters, signal } = stage;
	const hands = handsOf(target);
	const over = new AbortController();
	const happened: { atMs: number; text: string }[] = [];
	let events = Promise.resolve();
	try {
		const measured = await meteredLoad(stage, {
			onMeasuring: () => {
				const until = AbortSignal.any([signal, over.signal]);
				events = bringAbout({ target, hands, happened, signal: until }, parameters.events ?? []);
			},
			onMeasured: () => over.abort(),
		});
		return { ...measured, events: happened, figures: gapFigures(measured.load, happened) };
	} finally {
		over.abort();
		await events;
		if (!signal.aborted) await restoreAll(target, hands);
	}
}

interface Scene {
	readonly target: Target;
	readonly hands: Hands;
	readonly happened: { atMs: number; text: string }[];
	readonly signal: AbortSignal;
}

async function bringAbout(scene: Scene, events: readonly FailureEvent[]): Promise<void> {
	const startMs = performance.now();
	const killed = new Map<string, number>();
	for (const event of events) {
		await pause(event.atMs - (performance.now() - startMs), scene.signal);
		if (scene.signal.aborted) return;
		const text = await bringAboutOne(scene, event, killed);
		scene.happened.push({ atMs: Math.round(performance.now() - startMs), text });
	}
}

/** Says what was done. */
async function bringAboutOne(
	scene: Scene,
	{ do: what, role, name }: FailureEvent,
	killed: Map<string, number>,
): Promise<string> {
	const key = `${role} ${name}`;
	const id = what === "kill" ? await maybeChosen(scene, role, killed) : killed.get(key);
	if (id === undefined) return `no ${role} to ${what}`;
	if (what === "start") {
		killed.delete(key);
		scene.hands.start(id);
		return `server ${id} started`;
	}
	killed.set(key, id);
	await scene.hands.kill(id);
	return `${role} killed (server ${id})`;
}

/** Until then, or until all is to end. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
	if (ms <= 0) return;
	try {
		await sleep(ms, undefined, { signal });
	} catch (error) {
		if (!signal.aborted) throw error;
	}
}

/** How long it may take until there is one: an election may be under way. */
const patienceMs = 3000;
const askAgainMs = 50;

/** The last that has this role and was not killed. */
async function maybeChosen(
	{ target, signal }: Scene,
	role: string,
	killed: ReadonlyMap<string, number>,
): Promise<number | undefined> {
	const down = new Set(killed.values());
	for (const untilMs = performance.now() + patienceMs; !signal.aborted; await pause(askAgainMs, signal)) {
		const roles = await target.roles();
		const at = roles.findLastIndex((each, index) => each === role && !down.has(index + 1));
		if (at !== -1) return at + 1;
		if (performance.now() > untilMs) return undefined;
	}
	return undefined;
}

/** Whatever happened: the next round finds all servers serving. */
async function restoreAll(target: Target, hands: Hands): Promise<void> {
	for (const [at, usage] of target.usages().entries()) if (usage === undefined) hands.start(at + 1);
	await hands.serving();
}
