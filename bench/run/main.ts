import { CommanderError } from "commander";
import { UsageError } from "../../conformance/runner/exit-code.js";
import { SpecError } from "../../spec/load/spec-error.js";
import { benchCommand } from "./bench-command.js";
import { compareCommand } from "./compare-command.js";
import { exitCodes } from "./exit-code.js";
import { microCommand } from "./micro-command.js";
import { selfCommand } from "./self-command.js";

/** What a first word means; anything else is a workload or an option of the measurement. */
const commands: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
	compare: compareCommand,
	micro: microCommand,
	self: selfCommand,
};

function main(args: readonly string[]): Promise<number> {
	const command = commands[args[0] ?? ""];
	return command === undefined ? benchCommand(args) : command(args.slice(1));
}

/** Those that say what did not work, to whoever started the program. */
const failures = new Set(["LateError", "MemberEndedError", "NotServedError", "ForeignServersError", "ReportError"]);

function explain(error: unknown): number {
	if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok;
	if (error instanceof CommanderError) console.error(error.message.replace(/^error: /, "bench: "));
	else if (error instanceof SpecError) console.error(error.message);
	else if (error instanceof UsageError) console.error(`bench: ${error.message}`);
	else {
		const told = error instanceof Error && failures.has(error.name);
		console.error(...(told ? [`bench: ${error.message}`] : ["bench: a bug of the benchmark itself:", error]));
		return exitCodes.failed;
	}
	return exitCodes.wrongUse;
}

// Whoever reads may have heard enough, as `head` has: what was begun is still brought to its end, and cleaned up.
process.stdout.on("error", () => undefined);
process.exitCode = await main(process.argv.slice(2)).catch(explain);
