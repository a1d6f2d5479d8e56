import { Command, InvalidArgumentError, Option } from "commander";
import type { Address } from "../../client/connection.js";
import { msOf } from "../../workload/read-workload.js";
import { parseAddresses } from "../address.js";
import { UsageError } from "../exit-code.js";
import { type LogLevel, logLevels } from "../options.js";
import { parseSeed } from "../whole-numbers.js";

/** Everything that the command line of `workload` says. */
export interface WorkloadOptions {
	/** Names, globs or files. */
	readonly names: readonly string[];
	readonly all: boolean;
	readonly list: boolean;
	/** Undefined: what each workload says. */
	readonly forMs: number | undefined;
	readonly clients: number | undefined;
	/** Undefined: the workload's, or a random one. */
	readonly seed: number | undefined;
	/** The same workloads again and again, each time with the next seed. */
	readonly repeat: number;
	/** False: none; a file: the user's own commands that bring them about. */
	readonly faults: string | false | undefined;
	readonly servers: number;
	readonly target: readonly Address[] | undefined;
	/** `bundled`, `simulator`, `external`, `module:FILE`. */
	readonly driver: string | undefined;
	/** A name, a file or `none`; undefined: chosen by what the servers say they are. */
	readonly profile: string | undefined;
	readonly history: string | undefined;
	readonly reportJson: string | undefined;
	readonly shrink: boolean;
	readonly shrinkForMs: number;
	readonly logLevel: LogLevel;
}

type Parsed = Omit<WorkloadOptions, "names" | "forMs" | "shrinkForMs"> & {
	readonly for?: number;
	readonly shrinkFor: number;
};

/**
 * @throws UsageError for anything that excludes each other
 * @throws CommanderError for what is not understood, and with exit code 0 when only help was asked for
 */
export function parseWorkloadOptions(args: readonly string[]): WorkloadOptions {
	const command = makeCommand();
	command.parse([...args], { from: "user" });
	const { for: forMs, shrinkFor, ...rest } = command.opts<Parsed>();
	const absent = {
		clients: undefined,
		seed: undefined,
		target: undefined,
		driver: undefined,
		faults: undefined,
		profile: undefined,
		history: undefined,
		reportJson: undefined,
	};
	const options = { ...absent, ...rest, names: command.args, forMs, shrinkForMs: shrinkFor };
	if (command.getOptionValueSource("servers") === "cli") checkServers(options);
	checkTarget(options);
	return options;
}

/** Combinations that exclude each other. */
function checkTarget({ target, driver, faults }: WorkloadOptions): void {
	if (typeof faults === "string" && target === undefined)
		throw new UsageError("--faults FILE is for servers that run already: name them with --target");
	if (target !== undefined && driver !== undefined && driver !== "external")
		throw new UsageError(`--driver ${driver} starts servers of its own, --target names some that run`);
	if (driver === "external" && target === undefined) throw new UsageError("--driver external needs --target");
}

function checkServers({ target }: WorkloadOptions): void {
	if (target !== undefined)
		throw new UsageError("--servers is for servers that are started, --target for those that run");
}

function makeCommand(): Command {
	return new Command("zkspec workload")
		.usage("[names...] [options]")
		.description(before)
		.argument("[names...]", "workloads by name or glob, or YAML files")
		.addHelpText("after", after)
		.configureHelp({ helpWidth: 120, optionDescription: describeOption })
		.exitOverride()
		.configureOutput({ writeErr: () => undefined })
		.option("--all", "all that come with zkspec", false)
		.option("--list", "print what there is and run nothing", false)
		.option(
			"--for <duration>",
			"how long the clients work, such as 10s or 2m, instead of what the workload says",
			parseMs,
		)
		.option("--clients <n>", "how many clients, instead of what the workload says", parseCount)
		.option("--seed <n>", "decides what each client does and which faults happen when", parseSeed)
		.option("--repeat <n>", "all of it n times, each time with the next seed", parseCount, 1)
		.option("--no-faults", "hurt nothing")
		.option("--servers <n>", "servers to start as one ensemble", parseCount, 3)
		.option(
			"--target <host:port,...>",
			"servers that are there; only their clients' connections are hurt",
			parseAddresses,
		)
		.option("--faults <file>", "with --target: your own commands that kill, start and part its servers (YAML)")
		.option("--driver <driver>", "bundled, simulator, external, or module:FILE with a driver of your own")
		.option(
			"--history <file>",
			"keep the history here (of several: in this folder); one that is violated is always kept",
		)
		.option("--shrink", "cut what fails to a small workload that still does", false)
		.option("--shrink-for <duration>", "how long that may take", parseMs, 60_000)
		.option("--report-json <file>", "everything, as JSON")
		.addOption(new Option("--log-level <level>", "how much to print").choices([...logLevels]).default("normal"));
}

function describeOption({ description, argChoices, defaultValue, long }: Option): string {
	const choices = argChoices === undefined ? "" : `: ${argChoices.join(", ")}`;
	if (long === "--shrink-for") return `${description} (60s if not given)`;
	const told = typeof defaultValue === "number" || typeof defaultValue === "string";
	return `${description}${choices}${told ? ` (${defaultValue} if not given)` : ""}`;
}

function parseMs(text: string): number {
	if (/^\d+(\.\d+)?(ms|s|m)$/.test(text)) return msOf(text);
	throw new InvalidArgumentError("Expected a duration such as 500ms, 10s or 2m.");
}

function parseCount(text: string): number {
	if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
	throw new InvalidArgumentError("Expected a whole number from 1.");
}

const before = `Many clients at random on an ensemble that is hurt meanwhile; whatever they saw is written down as a history, and judged.

Without --target an ensemble of bundled servers is started. The same seed gives the same operations and the same faults.`;

const after = `
Examples (in a clone of the project with "npm run workload --" in the place of "zkspec workload"):
  zkspec workload --list
  zkspec workload registers --for 30s --servers 5
  zkspec workload --all --for 5s --seed 7
  zkspec workload locks --target a:2181,b:2181,c:2181
  zkspec workload mixed --target a:2181,b:2181,c:2181 --faults faults.yaml
  zkspec workload --all --driver simulator --repeat 100      in simulated time, the same each time
  zkspec workload my-workload.yaml --shrink
  zkspec check zkspec-registers-7.zkh      judges a history again, and explains it

Exit codes: 0 all is kept, 1 something is violated, 2 wrong use, 3 nobody answers, 4 undecided, 130 and 143 interrupted.
`;
