import type { Scenario } from "../scenario/step.js";
import type { Screen } from "./console.js";
import type { Divergences } from "./divergences.js";
import { Execution, type ExecutionContext } from "./execution.js";
import { type ExitCode, exitCodes } from "./exit-code.js";
import { describePlace } from "./failure-text.js";
import { type Explained, explains } from "./flip-explained.js";
import type { Ground } from "./ground.js";
import type { ScenarioRecord } from "./outcome.js";
import { type Elsewhere, runPhases } from "./phases.js";
import type { Task } from "./plan.js";

/** One scenario with one of its expectations turned into its opposite. */
interface Flip {
	readonly task: Task;
	readonly expectation: Scenario["expectations"][number];
	readonly original: Scenario;
}

export interface FlipJob {
	readonly tasks: readonly Task[];
	readonly ground: Ground;
	readonly elsewhere: Elsewhere;
	readonly seed: number;
	readonly limits: Pick<ExecutionContext, "concurrency" | "connectionsMax">;
	readonly divergences: Divergences;
	readonly explained: readonly Explained[];
	readonly screen: Screen;
}

/**
 * Runs every scenario as it is, then once for each of its expectations with that one turned around, and demands that each
 * of these runs fails: an expectation that can be turned around unnoticed demands nothing.
 */
export async function flipAll(job: FlipJob): Promise<ExitCode> {
	const { screen, tasks } = job;
	const sound = await runAll(job, tasks, new Map());
	const kept = tasks.filter(({ scenario }) => sound.finished.get(scenario.id)?.outcome.type === "kept");
	const left = tasks.filter((task) => !kept.includes(task));
	screen.line(`${kept.length} of ${tasks.length} scenarios are kept as they are and are flipped`);
	for (const { scenario } of left) screen.line(`  not flipped: ${scenario.id}, ${typeOf(sound, scenario.id)} as it is`);
	const flips = kept.flatMap(flipsOf);
	const numbers = new Map(flips.map(({ task, expectation }) => [task.scenario.id, expectation.id]));
	const flipped = await runAll(
		job,
		flips.map(({ task }) => task),
		numbers,
	);
	return report(job, flips, flipped);
}

function flipsOf(task: Task): readonly Flip[] {
	return task.scenario.expectations.map((expectation) => {
		const scenario = { ...task.scenario, id: `${task.scenario.id}!${expectation.id}` };
		return { task: { ...task, scenario }, expectation, original: task.scenario };
	});
}

async function runAll(job: FlipJob, tasks: readonly Task[], flips: ReadonlyMap<string, number>): Promise<Execution> {
	const { limits, divergences, screen, ground } = job;
	const execution = new Execution(
		{ ...limits, divergences, repeat: 1, failFast: false, traces: "none", flips },
		tasks.map(({ scenario }) => scenario),
	);
	const progress = setInterval(() => screen.status(`${execution.finished.size}/${execution.total}`), 200);
	// A flipped run is meant to fail, so a failure is no reason to ask whether the target still serves.
	const trusted = { ...ground, whyDead: () => Promise.resolve(undefined) };
	await runPhases(execution, tasks, trusted, job.elsewhere, job.seed);
	clearInterval(progress);
	screen.status("");
	return execution;
}

function report({ screen, explained }: FlipJob, flips: readonly Flip[], execution: Execution): ExitCode {
	const recordOf = ({ task }: Flip): ScenarioRecord | undefined => execution.finished.get(task.scenario.id);
	const failed = flips.filter((flip) => recordOf(flip)?.outcome.type === "violated");
	const survivors = flips.filter((flip) => !failed.includes(flip));
	const used = new Set<Explained>();
	const unexplained = survivors.filter(({ original, expectation }) => {
		const known = explained.find((each) => explains(each, original, expectation));
		if (known !== undefined) used.add(known);
		return known === undefined;
	});
	for (const flip of unexplained) {
		const { original, expectation } = flip;
		const type = typeOf(execution, flip.task.scenario.id);
		screen.line(`  ${type}: ${describePlace(expectation.where)}  ${original.id}: ${expectation.subject}`);
	}
	const stale = explained.filter((each) => !used.has(each));
	for (const { scenario, subject } of stale)
		screen.line(`  explained, but fails as it should: ${scenario}: ${subject}`);
	const share = ((failed.length / flips.length) * 100).toFixed(2);
	screen.line(
		`flipped ${flips.length} expectations: ${failed.length} (${share} %) fail as they should, ` +
			`${survivors.length - unexplained.length} do not and are explained, ${unexplained.length} do not`,
	);
	if (flips.length === 0) return exitCodes.undecided;
	return unexplained.length === 0 && stale.length === 0 ? exitCodes.kept : exitCodes.violated;
}

function typeOf({ finished }: Execution, id: string): string {
	const outcome = finished.get(id)?.outcome;
	if (outcome === undefined) return "not run";
	return "reason" in outcome ? `${outcome.type} (${outcome.reason.split("\n")[0]})` : outcome.type;
}
