import { Codec } from "../client/codec.js";
import type { Address } from "../client/connection.js";
import type { ScenarioEnvironment } from "../scenario/environment.js";
import { Sandbox } from "../scenario/sandbox.js";
import type { Scenario } from "../scenario/step.js";
import { describeAddress } from "./address.js";
import type { Screen } from "./console.js";
import { consoleReporter } from "./console-reporter.js";
import { Divergences } from "./divergences.js";
import { Execution } from "./execution.js";
import type { ExitCode } from "./exit-code.js";
import { mustGreet } from "./greeting.js";
import type { Interrupts } from "./interrupts.js";
import { buildSuites, runMocha } from "./mocha-suites.js";
import type { Options } from "./options.js";
import { inOrder, skipReason, taskOf } from "./plan.js";
import { type Probe, probeTarget, probeWords, withGivenFacts } from "./probe.js";
import { chooseProfile } from "./profile-choice.js";
import type { Suite } from "./suite.js";
import { exitCodeOf, showFailures, showSummary } from "./summary.js";
import { connectionsMaxOf, deathWatch, describeProbe, environmentOf } from "./target.js";
import { newestVersion } from "./version.js";

/** One run of the suite against one target. */
export interface Job {
	readonly suite: Suite;
	readonly scenarios: readonly Scenario[];
	readonly addresses: readonly Address[];
	readonly options: Options;
	readonly screen: Screen;
	readonly interrupts: Interrupts;
	/** The command that replays one scenario. */
	readonly replay: (scenarioId: string) => string;
}

/**
 * Probes the target, runs what it can, says what became of it, and leaves nothing behind.
 * @throws UnreachableError when the target can not be used at all
 */
export async function runSuite(job: Job): Promise<ExitCode> {
	const start = performance.now();
	const { suite, options, screen, addresses } = job;
	const plain = environmentOf(new Codec(suite.wire), addresses, options);
	const words = await probeWords(plain);
	await mustGreet(plain);
	const sandbox = await Sandbox.open(`/zkspec-${rootName()}`, plain, options.auth);
	job.interrupts.cleanUp = () => sandbox.close(options.super === undefined ? [] : [options.super]);
	try {
		const inside = { ...plain, root: sandbox.path };
		const probe = withGivenFacts(await probeTarget(inside, words, suite.extraOperations), options.fact);
		return await runProbed(job, inside, sandbox, probe, start);
	} finally {
		job.interrupts.cleanUp = undefined;
		const left = await sandbox.close();
		if (left.length > 0) screen.line(`could not be removed from ${addresses.map(describeAddress)}: ${left.join(", ")}`);
	}
}

async function runProbed(
	job: Job,
	inside: ScenarioEnvironment,
	sandbox: Sandbox,
	probe: Probe,
	start: number,
): Promise<ExitCode> {
	const { suite, options, screen, addresses, scenarios } = job;
	const version = options.targetVersion ?? probe.version ?? newestVersion;
	const profile = chooseProfile(options.profile, probe.versionLine);
	const divergences = new Divergences(profile, suite, version);
	if (screen.level !== "quiet") {
		for (const line of describeProbe(addresses, probe, version)) screen.line(line);
		screen.line(
			`profile    ${profile === undefined ? "none" : `${profile.server}, ${divergences.applying.length} divergences`}`,
		);
		screen.line(`seed       ${options.seed}`);
	}
	const environment = { ...inside, facts: probe.facts };
	const execution = new Execution(
		{
			environment,
			codec: environment.codec,
			divergences,
			concurrency: options.concurrency,
			connectionsMax: connectionsMaxOf(probe),
			repeat: options.repeat,
			failFast: options.failFast,
			whyDead: deathWatch(environment),
		},
		scenarios,
	);
	job.interrupts.execution = execution;
	const runnable = scenarios.filter((scenario) => {
		const reason = skipReason(scenario, suite, version, probe, options);
		if (reason !== undefined) execution.skip(scenario, reason);
		return reason === undefined;
	});
	const tree = buildSuites(suite, execution);
	const mocha = runMocha(tree, consoleReporter(screen, tree, execution));
	const tasks = inOrder(
		runnable.map((scenario) => taskOf(scenario, probe.facts)),
		options.seed,
	);
	await execution.runTogether(
		tasks.filter(({ phase }) => phase === "together"),
		sandbox,
	);
	for (const task of tasks.filter(({ phase }) => phase !== "together")) await execution.runOne(task, sandbox);
	await mocha;
	const records = scenarios.map(({ id }) => execution.finished.get(id)).filter((record) => record !== undefined);
	showFailures(screen, records, { clauses: suite.clauses, replay: job.replay });
	showSummary(screen, suite, execution, performance.now() - start);
	return exitCodeOf(execution);
}

function rootName(): string {
	return Math.floor(Math.random() * 36 ** 6)
		.toString(36)
		.padStart(6, "0");
}
