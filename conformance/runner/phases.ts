import { startBundled } from "../drivers/bundled.js";
import type { ScenarioEnvironment } from "../scenario/environment.js";
import { Sandbox } from "../scenario/sandbox.js";
import type { Execution } from "./execution.js";
import { type Ground, sharedGround, untouchedGround } from "./ground.js";
import { inOrder, type Phase, type Task } from "./plan.js";
import type { Probe } from "./probe.js";
import { askWord } from "./words.js";

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
		if (/^Zxid: 0x0$/m.test(srvr)) await execution.runOne(task, untouchedGround({ ...environment, facts }, false));
		else execution.skip(task.scenario, "needs a server to which nothing was ever written");
	}
}

/**
 * Everything else: side by side what can be, then one by one what needs the target to itself, at last what may harm it.
 * When the target is the bundled server, what needs an untouched one or may harm it gets one of its own.
 */
export async function runPhases(
	execution: Execution,
	tasks: readonly Task[],
	ground: Ground,
	bundled: boolean,
	seed: number,
): Promise<void> {
	const of = (phase: Phase): readonly Task[] =>
		inOrder(
			tasks.filter((task) => task.phase === phase),
			seed,
		);
	await execution.runTogether(of("together"), ground);
	for (const task of of("alone")) await execution.runOne(task, ground);
	for (const task of [...of("fresh"), ...of("destructive")]) {
		if (bundled) await runOnOwnServer(execution, task, ground.environment);
		else await execution.runOne(task, ground);
	}
}

async function runOnOwnServer(execution: Execution, task: Task, like: ScenarioEnvironment): Promise<void> {
	const server = await startBundled();
	try {
		await execution.runOne(task, await ownGround(task, { ...like, addresses: [server] }));
	} finally {
		await server.stop();
	}
}

async function ownGround({ phase }: Task, environment: ScenarioEnvironment): Promise<Ground> {
	if (phase === "fresh") return untouchedGround(environment, true);
	const sandbox = await Sandbox.open("/zkspec", environment);
	return { ...sharedGround(environment, sandbox), disposable: true };
}
