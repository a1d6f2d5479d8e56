import { readFaults } from "../../spec/load/faults.js";
import { Codec } from "../client/codec.js";
import type { Address } from "../client/connection.js";
import { bundledSettings } from "../drivers/bundled.js";
import { startCommandsDriver } from "../drivers/commands-driver.js";
import type { ScenarioEnvironment } from "../scenario/environment.js";
import { Sandbox } from "../scenario/sandbox.js";
import type { Scenario } from "../scenario/step.js";
import { describeAddress } from "./address.js";
import { type BundledTarget, bundledEnsembles, bundledTarget } from "./bundled-target.js";
import type { Screen } from "./console.js";
import { consoleReporter } from "./console-reporter.js";
import { Divergences } from "./divergences.js";
import { drivenTargets, givenEnsemble } from "./driven-target.js";
import { type Ensembles, withEnsembleFacts } from "./ensembles.js";
import { Execution } from "./execution.js";
import { type ExitCode, exitCodes } from "./exit-code.js";
import { flipAll } from "./flip.js";
import { readExplained } from "./flip-explained.js";
import { mustGreet } from "./greeting.js";
import { sharedGround } from "./ground.js";
import { writtenIdentities } from "./identities.js";
import type { Interrupts } from "./interrupts.js";
import { findLeftovers } from "./leftovers.js";
import type { Options } from "./options.js";
import { type Elsewhere, runFreshOnTarget, runPhases } from "./phases.js";
import { skipReason, type Task, taskOf } from "./plan.js";
import { type Probe, probeTarget, probeWords, withGivenFacts } from "./probe.js";
import { chooseProfile } from "./profile-choice.js";
import { type RunResult, reportOf } from "./report.js";
import { writeReports } from "./report-files.js";
import type { Suite } from "./suite.js";
import { exitCodeOf, showFailures, showSummary } from "./summary.js";
import { connectionsMaxOf, describeProbe, environmentOf } from "./target.js";
import { newestVersion } from "./version.js";

/** One run of the suite. */
export interface Job {
	readonly suite: Suite;
	readonly scenarios: readonly Scenario[];
	readonly options: Options;
	readonly screen: Screen;
	readonly interrupts: Interrupts;
	/** How to start servers where the options name no target; undefined: as the project does. */
	readonly bundled?: Pick<typeof import("./bundled-target.js"), "bundledTarget" | "bundledEnsembles">;
	/** The command that replays one scenario. */
	readonly replay: (scenarioId: string) => string;
	readonly runnerVersion: string;
}

/** A job with the target that it runs on. */
interface TargetJob extends Job, Elsewhere {
	readonly addresses: readonly Address[];
	readonly startedAt: Date;
	readonly startMs: number;
}

/**
 * Probes the target, runs what it can, says what became of it, and leaves nothing behind.
 * @throws UnreachableError when the target can not be used at all
 */
export async function runSuite(job: Job): Promise<ExitCode> {
	// Behind the start: with simulated servers another time has begun.
	const begin = () => ({ startedAt: new Date(), startMs: performance.now() });
	const { target, driver } = job.options;
	if (target !== undefined)
		return withFaults(job, target, (ensembles) =>
			runOnTarget({ ...job, ...begin(), addresses: target, startAnother: undefined, ensembles }),
		);
	const bundled = job.bundled ?? (await targetsOf(driver, job.options.seed));
	const startAnother = bundled.bundledTarget(job.options);
	const started = await startAnother();
	job.interrupts.stopServer = () => started.stop();
	let exitCode: ExitCode | undefined;
	try {
		const options = optionsForBundled(job.options);
		const ensembles = bundled.bundledEnsembles(options);
		const target = { addresses: started.addresses, startAnother, ensembles };
		const running = runOnTarget({ ...job, ...begin(), ...target, options });
		exitCode = await (started.during?.(running) ?? running);
		return exitCode;
	} catch (error) {
		if (!(error instanceof Error) || error.name !== "Violation") throw error;
		job.screen.line(`${job.screen.colour("red", "VIOLATED")}  the simulator's own check: ${error.message}`);
		exitCode = exitCodes.violated;
		return exitCode;
	} finally {
		if (exitCode !== exitCodes.kept || job.screen.level === "verbose") showLog(job.screen, started);
		await started.stop();
	}
}

function targetsOf(driver: string | undefined, seed: number): Promise<NonNullable<Job["bundled"]>> {
	return driver === undefined ? Promise.resolve({ bundledTarget, bundledEnsembles }) : drivenTargets(driver, seed);
}

/** A target that is there, and the user's commands to hurt it if there are any. */
async function withFaults(
	{ options, interrupts }: Job,
	target: readonly Address[],
	work: (ensembles: Ensembles | undefined) => Promise<ExitCode>,
): Promise<ExitCode> {
	if (options.faults === undefined) return work(undefined);
	const driver = await startCommandsDriver(target, readFaults(options.faults));
	interrupts.stopServer = () => driver.stop();
	try {
		return await work(givenEnsemble(driver));
	} finally {
		await driver.stop();
	}
}

/** The bundled server is the suite's alone, may be harmed, and is set up as the suite wants it. */
function optionsForBundled(options: Options): Options {
	const containerIntervalMs = Number(bundledSettings["znode.container.checkIntervalMs"]);
	return {
		...options,
		super: options.super ?? { scheme: "digest", auth: "super:zkspec" },
		exclusive: true,
		destructive: true,
		fact:
			options.driver === undefined || options.driver === "simulator"
				? { bundled: true, containerIntervalMs, ...options.fact }
				: options.fact,
	};
}

function showLog(screen: Screen, target: BundledTarget): void {
	const log = target.log();
	if (screen.level === "quiet" || log.length === 0) return;
	screen.line("the bundled server wrote:");
	for (const line of log.slice(-20)) screen.line(`  ${line}`);
}

async function runOnTarget(job: TargetJob): Promise<ExitCode> {
	const { suite, options, scenarios } = job;
	const explained = options.flipExplained === undefined ? [] : readExplained(options.flipExplained);
	const plain = environmentOf(new Codec(suite.wire), job.addresses, options);
	const words = withGivenFacts(await probeWords(plain), options.fact);
	const version = options.targetVersion ?? words.version ?? newestVersion;
	const profile = chooseProfile(options.profile, words.versionLine);
	const divergences = new Divergences(profile, suite, version, maybeStandalone(words));
	const limits = { concurrency: options.concurrency, connectionsMax: connectionsMaxOf(words) };
	const execution = new Execution(
		{
			divergences,
			...limits,
			repeat: options.repeat,
			failFast: options.failFast,
			traces: options.trace ? "all" : "failures",
			flips: new Map(),
		},
		scenarios,
	);
	job.interrupts.execution = execution;
	if (job.startAnother === undefined)
		await runFreshOnTarget(execution, runnable(job, execution, version, words, true), plain, words);
	await mustGreet(plain);
	return inSandbox(job, plain, async (sandbox) => {
		const inside = { ...plain, root: sandbox.path };
		const found = await probeTarget(inside, words, suite.extraOperations, options.exclusive);
		const probe = withGivenFacts(withEnsembleFacts(found, job.ensembles), options.fact);
		await showLeftovers(job, plain, sandbox.path);
		showProbe(job, probe, version, profile?.server, divergences);
		const tasks = runnable(job, execution, version, probe, false);
		const ground = await sharedGround({ ...inside, facts: probe.facts }, sandbox);
		if (options.flipAll) {
			const { screen } = job;
			return flipAll({ tasks, ground, elsewhere: job, seed: options.seed, limits, divergences, explained, screen });
		}
		// Most uses end before there is anything to run, and need not wait for it to load.
		const { buildSuites, runMocha } = await import("./mocha-suites.js");
		const tree = buildSuites(suite, execution);
		const mocha = runMocha(tree, consoleReporter(job.screen, tree, execution, options.trace));
		await runPhases(execution, tasks, ground, job, options.seed);
		await ground.leave();
		await mocha;
		return finish(job, { probe, version, profile, execution });
	});
}

async function inSandbox<T>(
	job: TargetJob,
	plain: ScenarioEnvironment,
	work: (sandbox: Sandbox) => Promise<T>,
): Promise<T> {
	const { suite, options, interrupts, screen, addresses } = job;
	const identities = writtenIdentities(suite.scenarios);
	const opening = Sandbox.open(`/zkspec-${rootName()}`, plain, options.auth);
	// Once, whoever comes first: who comes second must not stop the server before that is done.
	let closing: Promise<readonly string[]> | undefined;
	const removeAll = () => (closing ??= opening.then((sandbox) => sandbox.close(identities)));
	interrupts.cleanUp = removeAll;
	const sandbox = await opening;
	const close = async (): Promise<void> => {
		const left = await removeAll();
		interrupts.cleanUp = undefined;
		if (left.length > 0) screen.line(`left on ${addresses.map(describeAddress)}: ${left.join(", ")}`);
	};
	let result: T;
	try {
		result = await work(sandbox);
	} catch (error) {
		// The first failure is the one to tell; a target that is gone can not be cleaned up either.
		await close().catch(() => screen.line(`left on ${addresses.map(describeAddress)}: ${sandbox.path}`));
		throw error;
	}
	if (interrupts.execution?.brokenOff === undefined) {
		await close();
		return result;
	}
	interrupts.cleanUp = undefined;
	sandbox.abandon();
	screen.line(`left on ${addresses.map(describeAddress)}, which broke off: ${sandbox.path} (--clean removes it)`);
	return result;
}

function maybeStandalone({ facts }: Probe): boolean | undefined {
	return typeof facts.standalone === "boolean" ? facts.standalone : undefined;
}

/** Tasks that may run; what may not is recorded with its reason. */
function runnable(
	{ suite, scenarios, options }: TargetJob,
	execution: Execution,
	version: string,
	probe: Probe,
	fresh: boolean,
): readonly Task[] {
	const open = scenarios.filter((scenario) => !execution.finished.has(scenario.id) && (!fresh || scenario.fresh));
	const allowed = open.filter((scenario) => {
		const reason = skipReason(scenario, suite, version, probe, options);
		if (reason !== undefined) execution.skip(scenario, reason);
		return reason === undefined;
	});
	return allowed.map((scenario) => taskOf(scenario, probe.facts));
}

function showProbe(
	{ screen, addresses, options }: TargetJob,
	probe: Probe,
	version: string,
	server: string | undefined,
	divergences: Divergences,
): void {
	if (screen.level === "quiet") return;
	for (const line of describeProbe(addresses, probe, version)) screen.line(line);
	const known = divergences.applying.length === 1 ? "1 divergence" : `${divergences.applying.length} divergences`;
	screen.line(`profile    ${server === undefined ? "none" : `${server}: ${known} known of ${version}`}`);
	screen.line(`seed       ${options.seed}`);
}

async function showLeftovers(
	{ screen, startAnother }: TargetJob,
	environment: ScenarioEnvironment,
	own: string,
): Promise<void> {
	const left = startAnother !== undefined ? [] : (await findLeftovers(environment)).filter((path) => path !== own);
	if (left.length > 0)
		screen.line(`left by another run, unless it still goes on (--clean removes it): ${left.join(", ")}`);
}

async function finish(
	job: TargetJob,
	found: Pick<RunResult, "probe" | "version" | "profile" | "execution">,
): Promise<ExitCode> {
	const { suite, scenarios, screen, options, addresses, startAnother, startedAt, runnerVersion } = job;
	const { execution } = found;
	const records = scenarios.map(({ id }) => execution.finished.get(id)).filter((record) => record !== undefined);
	const durationMs = performance.now() - job.startMs;
	const exitCode = exitCodeOf(execution);
	const run = {
		suite,
		addresses,
		bundled: startAnother !== undefined,
		records,
		startedAt,
		durationMs,
		exitCode,
		runnerVersion,
		seed: options.seed,
	};
	showFailures(screen, records, { clauses: suite.clauses, replay: job.replay });
	showSummary(screen, suite, execution, durationMs);
	if (execution.brokenOff !== undefined) screen.line(`broke off: ${execution.brokenOff}`);
	if (exitCode === exitCodes.undecided && execution.ranNothing) screen.line("nothing was run, so nothing is decided");
	await writeReports(reportOf({ ...run, ...found }), options);
	return exitCode;
}

function rootName(): string {
	return Math.floor(Math.random() * 36 ** 6)
		.toString(36)
		.padStart(6, "0");
}
