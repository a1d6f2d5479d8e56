import { makeTemporaryFolder } from "../../conformance/drivers/temporary-folder.js";
import { Screen } from "../../conformance/runner/console.js";
import { UsageError } from "../../conformance/runner/exit-code.js";
import { type RunInterrupts, watchRunInterrupts } from "../../conformance/runner/run-interrupts.js";
import { describeMicros, describeNumber } from "../report/figure-text.js";
import type { Cell, Round } from "../report/report.js";
import { breachesOf, validityOf } from "../report/validity.js";
import { needsHttp } from "./agenda.js";
import { CellBook } from "./cell-book.js";
import type { CellPlan } from "./cell-plan.js";
import { choosePlans } from "./choose-workloads.js";
import { exitCodes } from "./exit-code.js";
import { assertShareable, type LoadSource, loadSource } from "./load-source.js";
import { type BenchOptions, parseOptions } from "./options.js";
import { readBundledWorkloads } from "./read-workload.js";
import { reportOf } from "./report-of.js";
import { clearOutputs, writeOutputs } from "./report-outputs.js";
import { type CellsJob, runCells } from "./run-cells.js";
import { showReport } from "./show-report.js";
import { type Subject, subjectsOf } from "./subjects.js";

/** Virtual machines compile what is called often: before that their figures are those of a start. */
const usualWarmUpMs = 3000;

/** Of builds that are compared, before their servers are started anew. */
const roundsTogether = 2;

/** Of each of those starts: by then our servers are as fast as they become. */
const shortWarmUpMs = 1500;

/**
 * Measures what the command line names, and reports it.
 * @throws UsageError, SpecError, CommanderError for wrong use; what starting servers throws
 */
export async function benchCommand(args: readonly string[]): Promise<number> {
	const options = parseOptions(args);
	const screen = new Screen(process.stdout, options.quiet ? "quiet" : "normal");
	if (options.list) return list(screen);
	const chosen = sized(choosePlans(options.names, options.overrides, options.smoke), options);
	if (options.control !== undefined) assertShareable(chosen);
	clearOutputs(options);
	const subjects = subjectsOf(options);
	const plans = subjects.length > 1 ? sliced(chosen, options.slice) : chosen;
	checkHttp(plans, subjects);
	const startedAt = new Date();
	const interrupts = watchRunInterrupts(sayStopping);
	const folder = makeTemporaryFolder("zkspec-bench");
	const book = new CellBook();
	try {
		await measure(options, interrupts, screen, {
			book,
			plans,
			subjects,
			roundsTogether: options.against.length > 0 ? roundsTogether : undefined,
			workers: options.workers,
			seed: options.seed,
			warmUpMs: warmUpMsOf(options),
			folder: folder.path,
			signal: interrupts.signal,
			onBegin: (left) => showPlan(screen, plans, subjects, left),
			onStatus: (text) => screen.status(text),
			onRound: (plan, subject, round, left) => showRound(screen, plan, subject, round, left),
		});
	} finally {
		screen.status("");
		// Also of what ended in the middle: hours of other rounds are not lost to one error.
		const report = reportOf({ cells: book.cells, plans, seed: options.seed, startedAt, args });
		if (book.cells.length > 0) showReport(screen, report);
		for (const file of writeOutputs(report, options)) screen.line(`written: ${file}`);
		interrupts.end();
		folder.remove();
	}
	return exitCodeOf(book.cells, interrupts);
}

function warmUpMsOf({ smoke, against }: BenchOptions): number {
	if (smoke) return 0;
	return against.length > 0 ? shortWarmUpMs : usualWarmUpMs;
}

/** @throws UsageError for workloads that some of the subjects can not do */
function checkHttp(plans: readonly CellPlan[], subjects: readonly Subject[]): void {
	const plan = plans.find(({ workload }) => needsHttp(workload));
	const without = subjects.find(({ hasHttp }) => !hasHttp);
	if (plan !== undefined && without !== undefined)
		throw new UsageError(`${plan.workload.name} is for the bundled servers: ${without.name} has no REST gateway`);
}

function sayStopping(signal: NodeJS.Signals): void {
	process.stderr.write(`${signal}: stopping the servers; once more to end at once\n`);
}

/** Whoever makes the load is told how it ended. */
async function measure(
	options: BenchOptions,
	{ signal }: RunInterrupts,
	screen: Screen,
	job: Omit<CellsJob, "makeLoad">,
): Promise<void> {
	let ending: string | undefined = "the coordinator failed";
	let source: LoadSource;
	try {
		source = await loadSource(options, signal, (text) => screen.line(text));
	} catch (error) {
		if (signal.aborted) return;
		throw error;
	}
	try {
		await runCells({ ...job, makeLoad: source.makeLoad });
		ending = signal.aborted ? "the coordinator was interrupted" : undefined;
	} finally {
		await source.close(ending);
	}
}

function list(screen: Screen): number {
	for (const { name, title, paper } of readBundledWorkloads()) {
		screen.line(`${name.padEnd(18)}  ${title}${paper === undefined ? "" : ` (${paper} of the paper)`}`);
	}
	return exitCodes.ok;
}

/** Of servers that run already there are as many as there are. */
function sized(plans: readonly CellPlan[], { target }: BenchOptions): readonly CellPlan[] {
	if (target === undefined) return plans;
	const sizes = new Map<string, CellPlan>();
	for (const plan of plans) {
		const id = plan.id.replace(/ servers=\d+/, ` servers=${target.length}`);
		sizes.set(id, { ...plan, id, servers: target.length });
	}
	return [...sizes.values()];
}

/** For subjects that take turns; where requests arrive by the clock, a round is whole all the same. */
function sliced(plans: readonly CellPlan[], slice: number | undefined): readonly CellPlan[] {
	if (slice === undefined) return plans;
	return plans.map((plan) =>
		plan.workload.kind !== "load" || plan.parameters.rate !== undefined
			? plan
			: { ...plan, parameters: { ...plan.parameters, sliceMs: slice } },
	);
}

function showPlan(screen: Screen, plans: readonly CellPlan[], subjects: readonly Subject[], left: string): void {
	if (screen.level === "quiet") return;
	const names = [...new Set(plans.map(({ workload }) => workload.name))].join(", ");
	const cells = plans.length === 1 ? "1 cell" : `${plans.length} cells`;
	const rounds = Math.max(...plans.map((plan) => plan.rounds));
	const often = rounds === 1 ? "once" : `${rounds} times`;
	screen.line(`${names}: ${cells}, ${often}, on ${subjects.map(({ name }) => name).join(" and ")}; about ${left}`);
}

function showRound(screen: Screen, plan: CellPlan, subject: string, round: Round, left: string): void {
	if (screen.level === "quiet") return;
	const { operationsPerSecond, latency } = round.load;
	const breaches = breachesOf(round);
	const rate = `${describeNumber(operationsPerSecond).padStart(9)}/s  p99 ${describeMicros(latency.p99Micros).padStart(8)}`;
	const text =
		breaches.length === 0 ? rate : `${screen.colour("red", "void")} ${breaches[0]?.rule}: ${breaches[0]?.text}`;
	screen.line(`${plan.id.padEnd(34)} ${subject.padEnd(13)} ${text}  (${left})`);
}

function exitCodeOf(cells: readonly Cell[], { exitCode }: RunInterrupts): number {
	if (exitCode !== undefined) return exitCode;
	return cells.length === 0 || cells.some((cell) => validityOf(cell).isVoid) ? exitCodes.failed : exitCodes.ok;
}
