import type { EnsembleDriver, FaultKind } from "../drivers/ensemble-driver.js";
import type { ScenarioEnvironment } from "../scenario/environment.js";
import { Sandbox } from "../scenario/sandbox.js";
import type { EnsembleNeeds } from "../scenario/step.js";
import { UnreachableError } from "../scenario/verdict.js";
import type { Execution } from "./execution.js";
import { type Ground, sharedGround } from "./ground.js";
import type { Findings } from "./need.js";
import type { Task } from "./plan.js";

/** Where scenarios run that hurt servers, or that need servers set up for them. */
export interface Ensembles {
	readonly abilities: ReadonlySet<FaultKind>;
	/** Whether its servers can be started with the settings that a scenario asks for. */
	readonly own: boolean;
	/** Whether it is the target itself, where the suite has its node already. */
	isTarget(driver: EnsembleDriver): boolean;
	/** How many of them there may be at the same time. */
	readonly lanes: number;
	open(needs: EnsembleNeeds | undefined): Promise<EnsembleDriver>;
	/** Lets go of one; whether its servers end is the driver's matter. */
	close(driver: EnsembleDriver): Promise<void>;
}

/** What scenarios can need of them. */
export function withEnsembleFacts<Found extends Findings>(found: Found, ensembles: Ensembles | undefined): Found {
	const facts = { ...found.facts };
	const reasons = new Map(found.reasons);
	const set = (name: string, value: boolean, reason: string): void => {
		facts[name] ??= value;
		reasons.set(name, reason);
	};
	set("faults", ensembles !== undefined, "nobody can hurt its servers (--faults)");
	set("ownEnsembles", ensembles?.own === true, "only servers that the suite starts itself can be set up for it");
	for (const kind of ensembles?.abilities ?? []) facts[`fault.${kind}`] = true;
	return { ...found, facts, reasons };
}

/** Runs the tasks one by one, or in as many lanes as allowed, each with an ensemble of its own. */
export async function runOnEnsembles(
	execution: Execution,
	tasks: readonly Task[],
	like: ScenarioEnvironment,
	ensembles: Ensembles,
): Promise<void> {
	const waiting = [...tasks];
	const lane = async (): Promise<void> => {
		let current: Current | undefined;
		for (let task = take(waiting, current); task !== undefined; task = take(waiting, current)) {
			if (current?.key !== keyOf(task)) {
				await current?.leave();
				current = await startFor(task, like, ensembles, execution);
				if (current === undefined) continue;
			}
			const { driver } = current.ground.environment;
			const beyond = [...task.scenario.faults].find((kind) => driver?.abilities.has(kind) !== true);
			if (beyond === undefined) await execution.runOne(task, current.ground);
			else execution.skip(task.scenario, `needs fault.${beyond}: ${driver?.name} can not do this`);
			if ((await current.ground.whyDead()) === undefined) continue;
			await current.leave();
			current = undefined;
		}
		await current?.leave();
	};
	await Promise.all(Array.from({ length: Math.min(ensembles.lanes, tasks.length) }, lane));
}

/** The ensemble on which a lane is just now. */
interface Current {
	readonly key: string;
	readonly ground: Ground;
	leave(): Promise<void>;
}

/** What can stay where it is comes first: to start an ensemble takes longer than most scenarios. */
function take(waiting: Task[], current: Current | undefined): Task | undefined {
	const same = waiting.findIndex((task) => keyOf(task) === current?.key);
	return waiting.splice(Math.max(same, 0), 1)[0];
}

function keyOf({ scenario }: Task): string {
	return JSON.stringify(scenario.ensemble ?? null);
}

/** Undefined, and the scenario undecided, when there is no ensemble to be had. */
async function startFor(
	task: Task,
	like: ScenarioEnvironment,
	ensembles: Ensembles,
	execution: Execution,
): Promise<Current | undefined> {
	try {
		return await start(task, like, ensembles);
	} catch (error) {
		if (!(error instanceof UnreachableError)) throw error;
		const outcome = { type: "undecided", reason: error.message } as const;
		execution.settle({ scenario: task.scenario, outcome, durationMs: 0, runs: 0, trace: [] });
		return undefined;
	}
}

async function start(task: Task, like: ScenarioEnvironment, ensembles: Ensembles): Promise<Current> {
	const driver = await ensembles.open(task.scenario.ensemble);
	const addresses = driver.members.map(({ address }) => address);
	const environment: ScenarioEnvironment = {
		...like,
		addresses,
		driver,
		roleOf: (id) => driver.roleOf(id),
		facts: { ...like.facts, ...driver.facts, servers: addresses.length },
	};
	const isTarget = ensembles.isTarget(driver);
	const sandbox = isTarget
		? await Sandbox.attach(like.root, environment, [])
		: await Sandbox.open(like.root, environment);
	const ground = { ...(await sharedGround(environment, sandbox)), disposable: !isTarget };
	const leave = async (): Promise<void> => {
		if (isTarget) {
			await ground.leave();
			await sandbox.leave();
		}
		await ensembles.close(driver);
	};
	return { key: keyOf(task), ground, leave };
}
