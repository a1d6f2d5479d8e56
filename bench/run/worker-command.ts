import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { Command, Option } from "commander";
import { UsageError } from "../../conformance/runner/exit-code.js";
import { watchRunInterrupts } from "../../conformance/runner/run-interrupts.js";
import { parseCount } from "../../conformance/runner/whole-numbers.js";
import { versionOfPackage } from "../../spec/load/package-root.js";
import { benchWorker } from "../distributed/bench-worker.js";
import { addControl, type ControlFlags, connectMs } from "./control-flags.js";
import { describeOption } from "./describe-option.js";
import { exitCodes } from "./exit-code.js";
import { parseMs } from "./flag-values.js";

interface Flags extends ControlFlags {
	readonly processes: number;
	readonly name: string;
	readonly wait: number;
}

/**
 * Makes load for a run that another process coordinates, until that says that all is measured.
 * @throws RunOverError, ControlError, OrderError with one sentence when it ends otherwise
 */
export async function workerCommand(args: readonly string[]): Promise<number> {
	const flags = parseWorkerFlags(args);
	const interrupts = watchRunInterrupts((signal) => process.stderr.write(`${signal}: leaving the run\n`));
	try {
		await benchWorker({
			servers: flags.control,
			sessionMs: flags.controlSession,
			connectMs,
			run: flags.run,
			member: { id: idOf(flags.name), name: flags.name, version: versionOfPackage(), processes: flags.processes },
			waitMs: flags.wait,
			leftOutMs: 2 * flags.controlSession,
			signal: interrupts.signal,
			say: (text) => process.stdout.write(`${text}\n`),
		});
		return exitCodes.ok;
	} catch (error) {
		if (interrupts.exitCode === undefined) throw error;
		return interrupts.exitCode;
	} finally {
		interrupts.end();
	}
}

/** Names may be equal, as those of containers often are. */
function idOf(name: string): string {
	return `${name.replace(/[^A-Za-z0-9.]+/g, "-")}-${randomBytes(4).toString("hex")}`;
}

/** @throws UsageError, CommanderError */
export function parseWorkerFlags(args: readonly string[]): Flags & { readonly control: NonNullable<Flags["control"]> } {
	const command = makeCommand();
	command.parse([...args], { from: "user" });
	const flags = command.opts<Flags>();
	if (flags.control === undefined)
		throw new UsageError("worker: --control says where to join, such as zk1:2181,zk2:2181");
	return { ...flags, control: flags.control };
}

function makeCommand(): Command {
	const command = new Command("bench worker")
		.description(
			"Makes load for a measurement that another process coordinates (npm run bench -- --control … --workers …).\nWorkers of all hosts begin together; nobody's clock matters.",
		)
		.helpOption("--help", "print this")
		.configureHelp({ helpWidth: 120, optionDescription: describeOption })
		.exitOverride()
		.configureOutput({ writeErr: () => undefined })
		.allowExcessArguments(false);
	return addControl(command, "the ZooKeeper where the coordinator is found")
		.option("--processes <n>", "load processes of this worker, one a core", parseCount, 1)
		.addOption(
			new Option("--name <text>", "what reports call it").default(`${hostname()}-${process.pid}`, "host and pid"),
		)
		.addOption(
			new Option("--wait <duration>", "how long to wait for a coordinator").argParser(parseMs).default(600_000, "10m"),
		);
}
