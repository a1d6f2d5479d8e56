import { Command, InvalidArgumentError } from "commander";
import type { Plan } from "../sim/plan.js";
import { type Failure, type Outcome, run } from "../sim/run.js";
import { shrinkPlan } from "../sim/shrink.js";
import { drawPlan, type Overrides } from "../sim/swarm.js";
import { type Progress, work, workTogether } from "./campaign.js";
import { loadRegressions, saveRegression } from "./regressions.js";
import { describeFailure, describePlan, maybeCommit, Totals } from "./report.js";
import { starters } from "./starters.js";

interface Options {
	readonly seeds?: number;
	readonly for?: number;
	readonly jobs: number;
	readonly servers?: number;
	readonly observers?: number;
	readonly clients?: number;
	readonly standalone?: boolean;
	readonly reconfig?: boolean;
	readonly faults: boolean;
	readonly trace?: boolean;
	readonly save: boolean;
	readonly shrink: boolean;
	readonly keepGoing?: boolean;
}

const shrinkTriesMax = 600;
const storyLines = 60;
const lineEveryMs = 60_000;
const clearLine = process.stdout.isTTY ? "\r\x1b[K" : "";
let lastLineMs = performance.now();

function number(text: string): number {
	if (!/^\d+$/.test(text)) throw new InvalidArgumentError("a number is wanted");
	return Number(text);
}

function duration(text: string): number {
	const match = /^(\d+(?:\.\d+)?)(s|m|h)$/.exec(text);
	if (match === null) throw new InvalidArgumentError("a time such as 30s, 10m or 2h is wanted");
	return Number(match[1]) * { s: 1000, m: 60_000, h: 3_600_000 }[match[2] as "s" | "m" | "h"];
}

const program = new Command("sim")
	.description(
		"Runs whole ensembles in simulated time, from seeds, and checks every promise while everything goes wrong.",
	)
	.argument("[seed]", "the first seed; without --seeds and --for only this one runs", number)
	.option("--seeds <count>", "so many seeds, one after the other", number)
	.option("--for <time>", "as many seeds as fit: 30s, 10m, 2h", duration)
	.option("--jobs <count>", "worker processes", number, 1)
	.option("--servers <count>", "voters, instead of what the seed draws", number)
	.option("--observers <count>", "observers, instead of what the seed draws", number)
	.option("--clients <count>", "clients, instead of what the seed draws", number)
	.option("--standalone", "one server without a quorum")
	.option("--reconfig", "every ensemble changes, instead of some")
	.option("--no-faults", "nothing goes wrong")
	.option("--trace", "tell the whole story of one seed")
	.option("--no-shrink", "leave a failure as it is")
	.option("--no-save", "file no regression, run none first")
	.option("--keep-going", "do not stop at the first failure")
	.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
	.parse();

const options = program.opts<Options>();
const commit = maybeCommit();
process.exitCode = (await main(program.processedArgs[0] as number | undefined)) ? 0 : 1;

async function main(seed: number | undefined): Promise<boolean> {
	const overrides = overridesOf(options);
	if (options.seeds === undefined && options.for === undefined) return runOne(drawPlan(seed ?? 1, overrides));
	if (options.save && !runRegressions()) return false;
	return runMany(seed ?? 1, overrides);
}

function overridesOf({ servers, observers, clients, standalone, reconfig, faults }: Options): Overrides {
	if (standalone === true)
		return { kind: "standalone", servers: 1, observers: 0, ...(faults ? {} : { isFaultless: true }) };
	return {
		...(servers === undefined ? {} : { servers }),
		...(observers === undefined ? {} : { observers }),
		...(clients === undefined ? {} : { clients }),
		...(reconfig === true ? { isChanging: true } : {}),
		...(faults ? {} : { isFaultless: true }),
	};
}

function perform(plan: Plan, tell?: (line: string) => void): Outcome {
	return run(plan, starters[plan.options.kind], tell);
}

function runOne(plan: Plan): boolean {
	const outcome = perform(plan, options.trace === true ? (line) => console.log(line) : undefined);
	console.log(`seed ${plan.options.seed}: ${describePlan(plan)}`);
	console.log(
		`trace ${outcome.hash}, ${Math.round(outcome.simulatedMs)} simulated ms, ${outcome.elections} elections, ${outcome.commits} commits`,
	);
	if (outcome.failure !== undefined) tellFailure(plan, outcome.failure);
	return outcome.failure === undefined;
}

function runRegressions(): boolean {
	let isClean = true;
	for (const [name, { plan, invariant }] of loadRegressions()) {
		const { failure } = perform(plan);
		if (failure === undefined) continue;
		isClean = false;
		console.log(`regression ${name} (${invariant}):`);
		for (const line of describeFailure(plan, failure, commit)) console.log(line);
	}
	return isClean;
}

async function runMany(firstSeed: number, overrides: Overrides): Promise<boolean> {
	const totals = new Totals();
	const tell = (progress: Progress): boolean => {
		totals.add(progress);
		for (const seed of progress.failedSeeds) console.log(`${clearLine}seed ${seed} fails; more at the end`);
		if (!progress.isDone) showProgress(totals);
		return totals.failedSeeds.length === 0 || options.keepGoing === true;
	};
	const never = Number.MAX_SAFE_INTEGER;
	const assignment = {
		firstSeed,
		step: 1,
		seeds: options.seeds ?? Number.MAX_SAFE_INTEGER,
		forMs: options.for ?? never,
		overrides,
	};
	if (options.jobs > 1) await workTogether(assignment, options.jobs, tell);
	else work(assignment, tell);
	if (process.stdout.isTTY) process.stdout.write("\n");
	console.log(`from seed ${firstSeed}: ${totals.describe()}`);
	for (const seed of totals.failedSeeds) tellSeed(drawPlan(seed, overrides));
	return totals.failedSeeds.length === 0;
}

/** A terminal sees every step; a log gets a line a minute. */
function showProgress(totals: Totals): void {
	if (process.stdout.isTTY) process.stdout.write(`\r${totals.describe()}   `);
	else if (performance.now() - lastLineMs > lineEveryMs) {
		lastLineMs = performance.now();
		console.log(`so far: ${totals.describe()}`);
	}
}

function tellSeed(plan: Plan): void {
	const { failure } = perform(plan);
	if (failure !== undefined) tellFailure(plan, failure);
}

function tellFailure(plan: Plan, failure: Failure): void {
	for (const line of describeFailure(plan, failure, commit)) console.log(line);
	if (!options.shrink) return;
	const small = shrinkPlan(plan, (smaller) => perform(smaller).failure, shrinkTriesMax);
	console.log(`  smaller: ${describePlan(small)}`);
	const story: string[] = [];
	const again = perform(small, (line) => story.push(line)).failure ?? failure;
	for (const line of story.slice(-storyLines)) console.log(`    ${line}`);
	console.log(`  ${again.message.split("\n")[0]}`);
	if (options.save) console.log(`  filed: ${saveRegression(small, again, commit)}`);
}
