import { Command, CommanderError, InvalidArgumentError } from "commander";
import { parseWorkloadOptions } from "../../conformance/runner/workload/workload-options.js";
import { type Ground, grounds } from "./grounds.js";
import { runWholeSet } from "./whole-set.js";

interface Options {
	readonly ground: readonly Ground[];
	readonly for: string;
	readonly seed: string;
}

function mustBeGround(text: string, chosen: readonly Ground[] | undefined): readonly Ground[] {
	const ground = grounds.find(({ name }) => name === text);
	if (ground === undefined)
		throw new InvalidArgumentError(`Expected one of ${grounds.map(({ name }) => name).join(", ")}.`);
	return [...(chosen === grounds ? [] : (chosen ?? [])), ground];
}

/** By those that it is for, before all scenarios of the first ground have run. */
function mustBeUnderstood(options: readonly string[]): void {
	try {
		parseWorkloadOptions(options);
	} catch (error) {
		if (error instanceof CommanderError) console.error(error.message);
		throw error;
	}
}

const program = new Command("whole-set")
	.description(
		"All scenarios and all workloads on every ensemble that can be had here, one after the other: what was kept, what was not, how long it took.",
	)
	.option("--ground <name>", `where (repeatable): ${grounds.map(({ name }) => name).join(", ")}`, mustBeGround, grounds)
	.option("--for <duration>", "how long the clients of each workload work", "5s")
	.option("--seed <n>", "of all of them", String(Math.floor(Math.random() * 2 ** 31)))
	.configureHelp({ helpWidth: 120 })
	.addHelpText(
		"after",
		"\nExit codes: 0 all is kept, or violated as the profile says; 1 something is not; 2 wrong use; 130, 143 ended by a signal.",
	)
	.exitOverride();

try {
	program.parse();
	const { ground, for: duration, seed } = program.opts<Options>();
	mustBeUnderstood(["--for", duration, "--seed", seed]);
	process.exitCode = await runWholeSet({ grounds: ground, duration, seed, say: (line) => console.log(line) });
} catch (error) {
	if (!(error instanceof CommanderError)) throw error;
	process.exitCode = error.exitCode === 0 ? 0 : 2;
}
