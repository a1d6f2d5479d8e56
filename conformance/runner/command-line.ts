import { inspect } from "node:util";
import { CommanderError } from "commander";
import { versionOfPackage } from "../../spec/load/package-root.js";
import { SpecError } from "../../spec/load/spec-error.js";
import { Codec } from "../client/codec.js";
import { UnreachableError } from "../scenario/verdict.js";
import { checkCommand } from "./check/check-command.js";
import { Screen } from "./console.js";
import { type ExitCode, exitCodes, UsageError } from "./exit-code.js";
import { watchInterrupts } from "./interrupts.js";
import { clean } from "./leftovers.js";
import { listScenarios } from "./list.js";
import { checkOptions, parseOptions } from "./options.js";
import { chooseProfile } from "./profile-choice.js";
import { replayCommand } from "./replay.js";
import { clearReports } from "./report-files.js";
import { runSuite } from "./run.js";
import { selectScenarios } from "./selection.js";
import { loadSuite } from "./suite.js";
import { environmentOf } from "./target.js";
import { workloadCommand } from "./workload/workload-command.js";

/** Gets what is wrong with a command line, or went wrong, or goes on meanwhile: mostly a line each. */
type Tell = (text: string) => void;

/** What a first word means; anything else is an option of the suite. */
const commands: Readonly<Record<string, (args: readonly string[], tell: Tell) => Promise<ExitCode>>> = {
	check: checkCommand,
	workload: workloadCommand,
};

/** Does what a command line says; gives what the program ends with. */
export async function commandLine(args: readonly string[], tell: Tell): Promise<ExitCode> {
	try {
		return await perform(args, tell);
	} catch (error) {
		return explain(error, tell);
	}
}

function perform(args: readonly string[], tell: Tell): Promise<ExitCode> {
	const command = commands[args[0] ?? ""];
	return command === undefined ? suiteCommand(args, tell) : command(args.slice(1), tell);
}

async function suiteCommand(args: readonly string[], tell: Tell): Promise<ExitCode> {
	const runnerVersion = versionOfPackage();
	const options = parseOptions(args, runnerVersion);
	checkOptions(options);
	const suite = loadSuite(options.spec);
	const scenarios = selectScenarios(suite, options.only, options.skip);
	const screen = new Screen(process.stdout, options.logLevel);
	if (options.list) {
		listScenarios(screen, suite, scenarios);
		return exitCodes.kept;
	}
	const interrupts = watchInterrupts(tell);
	if (options.clean) {
		return clean(environmentOf(new Codec(suite.wire), options.target ?? [], options), suite, options, screen);
	}
	// A name that is wrong is told before anything is started.
	if (options.profile !== undefined) chooseProfile(options.profile, undefined);
	clearReports(options);
	const replay = replayCommand(args, options.seed);
	return runSuite({ suite, scenarios, options, screen, interrupts, replay, runnerVersion });
}

const unreachableNames = new Set(["ConnectError", "BundledStartError", "NotServedError", "FaultError"]);

function explain(error: unknown, tell: Tell): ExitCode {
	if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.kept;
	if (error instanceof CommanderError) tell(error.message.replace(/^error: /, "zkspec: "));
	else if (error instanceof SpecError) tell(error.message);
	else if (error instanceof UsageError) tell(`zkspec: ${error.message}`);
	else if (error instanceof UnreachableError || unreachableNames.has((error as Error).name)) {
		tell(`zkspec: ${(error as Error).message}`);
		return exitCodes.unreachable;
	} else tell(`zkspec: a bug of zkspec itself: ${inspect(error)}`);
	return exitCodes.wrongUse;
}
