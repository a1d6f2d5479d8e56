import type { Fields } from "../../conformance/client/value.js";
import { Chance } from "./chance.js";
import { describeDifference } from "./comparison.js";
import { nextStep } from "./generator.js";
import { Knowledge } from "./knowledge.js";
import { type Difference, type Done, type Outcome, type Pair, runInLockStep, sourceOf } from "./lock-step.js";
import { describeStep, type Step } from "./program.js";
import { scenarioText } from "./scenario-text.js";
import { shrink } from "./shrink.js";

const progressEvery = 500;

let programs = 0;

/** Roots of one length, so that frames have the same length in each run. */
function newRoot(): string {
	return `/differential-${String(++programs).padStart(6, "0")}`;
}

/** Runs the program of one seed; `say` gets progress. */
export function runSeed(pair: Pair, seed: number, steps: number, say: (line: string) => void): Promise<Outcome> {
	const chance = new Chance(seed);
	const knowledge = new Knowledge();
	let id = 0;
	const next = (last: Done | undefined): Step | undefined => {
		if (last !== undefined) knowledge.learn(last.step, last.apache);
		if (id === steps) return undefined;
		if (id % progressEvery === 0 && id > 0) say(`seed ${seed}: ${id} of ${steps} steps`);
		return nextStep(id++, chance, knowledge);
	};
	return runInLockStep(pair, newRoot(), next);
}

/** The fewest steps found that end in the same difference, and their outcome. */
export async function shortened(pair: Pair, { done, difference }: Outcome, timeMs: number): Promise<Outcome> {
	if (difference === undefined) throw new Error("there is nothing to shorten");
	const deadlineMs = performance.now() + timeMs;
	let best: Outcome | undefined;
	const stillFails = async (fewer: readonly Step[]): Promise<boolean> => {
		const outcome = await runInLockStep(pair, newRoot(), sourceOf([...fewer, difference.step]));
		const fails = outcome.difference !== undefined && isSame(outcome.difference, difference);
		if (fails) best = outcome;
		return fails;
	};
	const all = done.map(({ step }) => step);
	const effective = done.filter(hasEffect).map(({ step }) => step);
	await shrink((await stillFails(effective)) ? effective : all, stillFails, () => performance.now() > deadlineMs);
	return best ?? { done, difference, explained: 0 };
}

/** What failed and what only reads can mostly go, and all of it at once. */
function hasEffect({ step: { session, action }, apache }: Done): boolean {
	if (action.kind !== "call") return true;
	const { watch } = action.fields as Fields;
	const isRead = /^(get|exists|sync|check|whoAmI|multiRead)/.test(action.operation);
	return (watch === true || !isRead) && JSON.stringify(apache[session]).includes('"error":"OK","body"');
}

/** Of the same step and the same kind of fields, so that shortening does not slide to another difference. */
function isSame(one: Difference, other: Difference): boolean {
	const kinds = ({ fields }: Difference) => new Set(fields.map(({ field }) => field.replaceAll(/\[\d+\]/g, "")));
	return one.step.id === other.step.id && [...kinds(one)].some((kind) => kinds(other).has(kind));
}

/** The difference with both answers, the steps that lead to it, and a scenario that shows it. */
export function describeOutcome({ codec }: Pair, seed: number, { done, difference }: Outcome): string {
	if (difference === undefined) return `seed ${seed}: no difference`;
	const last: Done = { step: difference.step, apache: difference.apache };
	return [
		`seed ${seed}, ${describeStep(difference.step)}`,
		...difference.fields.map((field) => `  ${describeDifference(field)}`),
		`after ${done.length} steps:`,
		...done.map(({ step }) => `  ${describeStep(step)}`),
		"as a scenario, with Apache's answers:",
		scenarioText(codec, `differential-${seed}`, [...done, last]),
	].join("\n");
}
