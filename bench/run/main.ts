import { CommanderError } from "commander";
import { LateError } from "../../ci/ensembles/bounded-wait.js";
import { MemberEndedError } from "../../ci/ensembles/ensemble.js";
import { UsageError } from "../../conformance/runner/exit-code.js";
import { SpecError } from "../../spec/load/spec-error.js";
import { RunOverError } from "../distributed/bench-worker.js";
import { ControlError } from "../distributed/control.js";
import { GatherError } from "../distributed/coordinator.js";
import { OrderError } from "../distributed/messages.js";
import { GatewayError } from "../http/http-call.js";
import { BulkError } from "../load/bulk.js";
import { LoadError } from "../load/load-worker.js";
import { PlanError } from "../load/run-load.js";
import { ReportError } from "../report/report-file.js";
import { NotServedError } from "../targets/external-target.js";
import { benchCommand } from "./bench-command.js";
import { SessionLostError } from "./clients/plain-session.js";
import { compareCommand } from "./compare-command.js";
import { coordinateCommand } from "./coordinate-command.js";
import { exitCodes } from "./exit-code.js";
import { ForeignServersError } from "./measures/hands.js";
import { microCommand } from "./micro-command.js";
import { selfCommand } from "./self-command.js";
import { trendCommand } from "./trend-command.js";
import { workerCommand } from "./worker-command.js";

/** What a first word means; anything else is a workload or an option of the measurement. */
const commands: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
	compare: compareCommand,
	coordinate: coordinateCommand,
	micro: microCommand,
	trend: trendCommand,
	self: selfCommand,
	worker: workerCommand,
};

function main(args: readonly string[]): Promise<number> {
	const command = commands[args[0] ?? ""];
	return command === undefined ? benchCommand(args) : command(args.slice(1));
}

/** They say what did not work, to whoever started the program. */
const failures = [
	BulkError,
	ControlError,
	ForeignServersError,
	GatewayError,
	GatherError,
	LateError,
	LoadError,
	MemberEndedError,
	NotServedError,
	OrderError,
	ReportError,
	RunOverError,
	SessionLostError,
];

function explain(error: unknown): number {
	if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok;
	if (failures.some((failure) => error instanceof failure)) {
		console.error(`bench: ${(error as Error).message}`);
		return exitCodes.failed;
	}
	if (error instanceof CommanderError) console.error(error.message.replace(/^error: /, "bench: "));
	else if (error instanceof SpecError) console.error(error.message);
	else if (error instanceof UsageError || error instanceof PlanError) console.error(`bench: ${error.message}`);
	else {
		console.error("bench: a bug of the benchmark itself:", error);
		return exitCodes.failed;
	}
	return exitCodes.wrongUse;
}

// Whoever reads may have heard enough, as `head` has: what was begun is still brought to its end, and cleaned up.
process.stdout.on("error", () => undefined);
process.exitCode = await main(process.argv.slice(2)).catch(explain);
