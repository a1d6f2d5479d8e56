import { loadWireSpec } from "../../../spec/load/wire.js";
import { Codec } from "../../client/codec.js";
import { makeTemporaryFolder } from "../../drivers/temporary-folder.js";
import type { JudgedRun } from "../../workload/judged-run.js";
import { drawSchedule } from "../../workload/schedule.js";
import type { Workload } from "../../workload/workload.js";
import { Screen } from "../console.js";
import { type ExitCode, exitCodes } from "../exit-code.js";
import { type RunInterrupts, watchRunInterrupts } from "../run-interrupts.js";
import { openHouse } from "./driver-choice.js";
import { HistoryFolder } from "./history-folder.js";
import { type KnownFaults, knownFaultsOf } from "./known-faults.js";
import { performRun } from "./perform-run.js";
import { clearRunReport, type RunRecord, writeRunReport } from "./run-report.js";
import { outcomeOf, showFindings, showPlan, showRun } from "./show-run.js";
import { shrinkFailure } from "./shrink-failure.js";
import type { House } from "./stage.js";
import { chooseWorkloads } from "./workload-choice.js";
import { parseWorkloadOptions, type WorkloadOptions } from "./workload-options.js";

/** One run of the program. */
export interface WorkloadJob {
	readonly options: WorkloadOptions;
	readonly codec: Codec;
	readonly screen: Screen;
	readonly house: House;
	readonly known: KnownFaults;
	readonly interrupts: RunInterrupts;
	readonly histories: HistoryFolder;
}

/**
 * `zkspec workload …`: runs workloads, one after the other on one ensemble, and judges what their clients saw.
 * @throws UsageError, SpecError, CommanderError for wrong use, NotServedError or BundledStartError when nobody answers
 */
export async function workloadCommand(args: readonly string[]): Promise<ExitCode> {
	const options = parseWorkloadOptions(args);
	const workloads = chooseWorkloads(options);
	const screen = new Screen(process.stdout, options.logLevel);
	if (options.list) {
		for (const { name, title } of workloads) screen.line(`${name.padEnd(18)}  ${title}`);
		return exitCodes.kept;
	}
	clearRunReport(options);
	const temporary = makeTemporaryFolder("zkspec-histories");
	const histories = new HistoryFolder(temporary.path, options.history, workloads.length * options.repeat);
	const interrupts = watchRunInterrupts(sayStopping);
	try {
		const house = await openHouse(options, workloads);
		try {
			const known = await knownFaultsOf(options.profile, house.addresses);
			if (known.title !== undefined && options.logLevel !== "quiet") screen.line(known.title);
			const job = { known, options, codec: new Codec(loadWireSpec()), screen, house, interrupts, histories };
			return await runAll(job, workloads);
		} finally {
			await house.stop();
		}
	} finally {
		interrupts.end();
		temporary.remove();
	}
}

function sayStopping(signal: NodeJS.Signals): void {
	const text = "healing, then judging what was seen so far; once more to end at once";
	process.stderr.write(`${signal}: ${text}\n`);
}

async function runAll(job: WorkloadJob, workloads: readonly Workload[]): Promise<ExitCode> {
	const { options, interrupts, screen } = job;
	const first = options.seed ?? Math.floor(Math.random() * 2 ** 31);
	const records: RunRecord[] = [];
	for (let round = 0; round < options.repeat; round++) {
		for (const workload of workloads) {
			if (interrupts.exitCode !== undefined) break;
			const seed = options.seed === undefined && workload.seed !== undefined ? workload.seed : first;
			records.push(await runOne(job, workload, seed + round));
		}
	}
	writeRunReport(records, job.house, options);
	if (records.length > 1) showTotal(screen, records);
	return interrupts.exitCode ?? exitCodeOf(records);
}

async function runOne(job: WorkloadJob, workload: Workload, seed: number): Promise<RunRecord> {
	const { screen, house, known, codec, histories, interrupts, options } = job;
	showPlan(screen, workload, seed, drawSchedule(workload, seed, house.abilities));
	const file = histories.fileOf(workload.name, seed);
	let run: JudgedRun;
	try {
		run = await performRun(job, workload, seed, file);
	} catch (error) {
		if (!(error instanceof Error) || error.name !== "Violation") throw error;
		screen.line(`  ${screen.colour("red", "VIOLATED")}  the simulator's own check: ${error.message}`);
		return { workload, seed, outcome: "violated", run: undefined, history: histories.keep(file), shrunk: undefined };
	}
	screen.status("");
	const outcome = outcomeOf(run, known);
	showRun(screen, run, outcome, codec);
	showFindings(screen, run, known);
	const kept = outcome === "ok" || outcome === "divergent" ? histories.done(file) : histories.keep(file);
	if (outcome === "violated") showReplay(job, workload, seed, kept);
	const record: RunRecord = { workload, seed, outcome, run, history: kept, shrunk: undefined };
	if (!options.shrink || outcome !== "violated" || interrupts.exitCode !== undefined) return record;
	return { ...record, shrunk: await shrinkFailure(job, workload, seed, run) };
}

function showReplay(
	{ screen, options }: WorkloadJob,
	{ name, durationMs }: Workload,
	seed: number,
	history: string | undefined,
): void {
	const { driver, target } = options;
	const where = `${target === undefined ? "" : " --target …"}${driver === undefined ? "" : ` --driver ${driver}`}`;
	screen.line(`    again: zkspec workload ${name} --seed ${seed} --for ${durationMs}ms${where}`);
	if (history !== undefined) screen.line(`    explained: zkspec check ${history}`);
}

function showTotal(screen: Screen, records: readonly RunRecord[]): void {
	const count = (outcome: RunRecord["outcome"]): number =>
		records.filter((record) => record.outcome === outcome).length;
	const divergent = count("divergent") === 0 ? "" : `${count("divergent")} divergent as known, `;
	const seeds = [...new Set(records.map(({ seed }) => seed))].join(", ");
	const text = `${count("ok")} kept, ${divergent}${count("violated")} violated, ${count("unknown")} undecided`;
	screen.line(`${records.length} runs: ${text}; seeds ${seeds}`);
}

function exitCodeOf(records: readonly RunRecord[]): ExitCode {
	const outcomes = new Set(records.map(({ outcome }) => outcome));
	if (outcomes.has("violated")) return exitCodes.violated;
	return outcomes.has("unknown") || outcomes.size === 0 ? exitCodes.undecided : exitCodes.kept;
}
