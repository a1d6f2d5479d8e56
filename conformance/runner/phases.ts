import type { ScenarioEnvironment } from "../scenario/environment.js";
import { Sandbox } from "../scenario/sandbox.js";
import type { StartTarget } from "./bundled-target.js";
import { type Ensembles, runOnEnsembles } from "./ensembles.js";
import type { Execution } from "./execution.js";
import { type Ground, sharedGround, untouchedGround } from "./ground.js";
import { inOrder, type Phase, type Task } from "./plan.js";
import type { Probe } from "./probe.js";
import { askWord, untouchedZxid } from "./words.js";

/** On a target that is there: scenarios for an untouched server run first, as long as nothing has been written. */
export async function runFreshOnTarget(
	execution: Execution,
	tasks: readonly Task[],
	environment: ScenarioEnvironment,
	{ facts }: Probe,
): Promise<void> {
	const [address] = environment.addresses;
	for (const task of tasks) {
		const srvr = address === undefined ? "" : await askWord(address, "srvr", environment.replyTimeoutMs);
		if (untouchedZxid.test(srvr)) await execution.runOne(task, untouchedGround({ ...environment, facts }, false));
		else execution.skip(task.scenario, "needs a server to which nothing was ever written");
	}
}

/**
 * Everything else: side by side what can be, then one by one what needs the target to itself, at last what may harm it.
 * What needs an untouched target or may harm it gets another one meanwhile, where such can be started.
 */
export async function runPhases(
	execution: Execution,
	tasks: readonly Task[],
	ground: Ground,
	{ startAnother, ensembles }: Elsewhere,
	seed: number,
): Promise<void> {
	const of = (phase: Phase): readonly Task[] =>
		inOrder(
			tasks.filter((task) => task.phase === phase),
			seed,
		);
	const elsewhere =
		startAnother === undefined
			? undefined
			: runElsewhere(execution, of("fresh"), of("destructive"), ground.environment, startAnother);
	await execution.runTogether(of("together"), ground);
	for (const task of of("alone")) await execution.runOne(task, ground);
	await elsewhere;
	if (ensembles !== undefined) await runOnEnsembles(execution, of("ensemble"), ground.environment, ensembles);
	if (startAnother !== undefined) return;
	for (const task of of("destructive")) await execution.runOne(task, ground);
}

/** What can be started or hurt beside the target itself. */
export interface Elsewhere {
	/** Starts another target like it; undefined for one that was there before. */
	readonly startAnother: StartTarget | undefined;
	readonly ensembles: Ensembles | undefined;
}

/** A new server for each scenario that needs an untouched one; one for all others, as long as it lives. */
async function runElsewhere(
	execution: Execution,
	fresh: readonly Task[],
	destructive: readonly Task[],
	like: ScenarioEnvironment,
	startAnother: StartTarget,
): Promise<void> {
	for (const task of fresh) {
		await withTarget(like, startAnother, (environment) => execution.runOne(task, untouchedGround(environment, true)));
	}
	const waiting = [...destructive];
	while (waiting.length > 0) {
		await withTarget(like, startAnother, async (environment) => {
			const shared = await sharedGround(environment, await Sandbox.open("/zkspec", environment));
			const ground = { ...shared, disposable: true };
			for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
				await execution.runOne(task, ground);
				if ((await ground.whyDead()) !== undefined) return;
			}
		});
	}
}

async function withTarget(
	like: ScenarioEnvironment,
	startAnother: StartTarget,
	work: (environment: ScenarioEnvironment) => Promise<void>,
): Promise<void> {
	const target = await startAnother();
	try {
		await work({ ...like, addresses: target.addresses });
	} finally {
		await target.stop();
	}
}
