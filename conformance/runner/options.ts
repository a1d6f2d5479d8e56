import { Command, InvalidArgumentError, Option } from "commander";
import type { Address } from "../client/connection.js";
import type { Credentials, Facts } from "../scenario/environment.js";
import { parseAddresses } from "./address.js";
import { UsageError } from "./exit-code.js";
import { helpAfter, helpBefore } from "./help.js";
import { parseCount, parseSeed } from "./whole-numbers.js";

export const logLevels = ["quiet", "normal", "verbose"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Everything that the command line says. */
export interface Options {
	/** Undefined: start the bundled server. */
	readonly target: readonly Address[] | undefined;
	/** How many bundled servers to start; 1 is a standalone one. */
	readonly servers: number;
	/** How many of them do not vote, beside those that do. */
	readonly observers: number;
	/** `simulator`, or a file with a driver that starts the servers to examine: `module:FILE` without the first word. */
	readonly driver: string | undefined;
	/** The user's own commands that hurt servers of the target. */
	readonly faults: string | undefined;
	readonly targetVersion: string | undefined;
	readonly super: Credentials | undefined;
	readonly auth: readonly Credentials[];
	readonly exclusive: boolean;
	readonly destructive: boolean;
	readonly fact: Facts;
	/** A name, a file or `none`; undefined: chosen by what the target says it is. */
	readonly profile: string | undefined;
	readonly only: readonly string[];
	readonly skip: readonly string[];
	readonly list: boolean;
	/** Files and folders with more wire, guarantee files. */
	readonly spec: readonly string[];
	readonly failFast: boolean;
	readonly repeat: number;
	readonly concurrency: number;
	readonly timeoutMs: number;
	readonly seed: number;
	readonly clean: boolean;
	readonly flipAll: boolean;
	/** File with expectations that may be turned around unnoticed. */
	readonly flipExplained: string | undefined;
	readonly logLevel: LogLevel;
	readonly trace: boolean;
	readonly reportJson: string | undefined;
	readonly reportJunit: string | undefined;
	readonly reportMarkdown: string | undefined;
}

type Parsed = Omit<Options, "timeoutMs" | "seed"> & { readonly timeout: number; readonly seed?: number };

/**
 * @throws UsageError for anything that is not understood or excludes each other
 * @throws CommanderError with exit code 0 when only help or the version was asked for
 */
export function parseOptions(args: readonly string[], version: string): Options {
	const command = makeCommand(version);
	command.parse([...args], { from: "user" });
	for (const name of ["servers", "observers"]) {
		if (command.getOptionValueSource(name) === "cli" && command.opts<Parsed>().target !== undefined)
			throw new UsageError(`--${name} is for bundled servers, which --target does without`);
	}
	const { timeout, seed, ...rest } = command.opts<Parsed>();
	const absent = {
		target: undefined,
		driver: undefined,
		faults: undefined,
		targetVersion: undefined,
		super: undefined,
		profile: undefined,
		flipExplained: undefined,
	};
	const reports = { reportJson: undefined, reportJunit: undefined, reportMarkdown: undefined };
	return { ...absent, ...reports, ...rest, timeoutMs: timeout, seed: seed ?? Math.floor(Math.random() * 2 ** 31) };
}

function makeCommand(version: string): Command {
	const command = new Command("zkspec")
		.version(version)
		.usage("[options]")
		.description(helpBefore)
		.addHelpText("after", helpAfter)
		.allowExcessArguments(false)
		.configureHelp({ helpWidth, optionDescription: describeOption })
		.exitOverride()
		.configureOutput({ writeErr: () => undefined });
	addTargetOptions(command);
	addSelectionOptions(command);
	addRunOptions(command);
	addReportOptions(command);
	return command;
}

const helpWidth = 120;

/** The defaults of switches and lists go without saying. */
function describeOption({ description, argChoices, defaultValue }: Option): string {
	const choices = argChoices === undefined ? "" : `: ${argChoices.join(", ")}`;
	const told = typeof defaultValue === "number" || typeof defaultValue === "string";
	return `${description}${choices}${told ? ` (${defaultValue} if not given)` : ""}`;
}

function addTargetOptions(command: Command): void {
	command
		.optionsGroup("The target:")
		.option(
			"--target <host:port,...>",
			"servers that are there; without it an ensemble of bundled servers is started",
			parseAddresses,
		)
		.option("--servers <n>", "bundled servers to start as one ensemble; 1 is a standalone server", parseCount, 3)
		.option("--observers <n>", "bundled servers beside them that do not vote", parseSeed, 0)
		.option(
			"--driver <driver>",
			"simulator, or module:FILE with a driver of your own that starts the servers",
			parseDriver,
		)
		.option("--faults <file>", "with --target: your own commands that kill, start and cut off its servers (YAML)")
		.option("--target-version <version>", "which ZooKeeper it is, when it does not say so itself", parseVersion)
		.option("--super <user:password>", "credentials of its superuser (scheme digest)", parseSuper)
		.option("--auth <scheme:credentials>", "identity that may create the suite's root node (repeatable)", addAuth, [])
		.option("--exclusive", "nobody else uses it: also what reads or writes outside the suite's own node", false)
		.option("--destructive", "it may be crashed: also scenarios that can stop or wedge a server", false)
		.option("--fact <name=value>", "something about it that can not be probed (repeatable)", addFact, {})
		.option("--profile <name|file|none>", "its known divergences; chosen by the version it reports if not given");
}

function addSelectionOptions(command: Command): void {
	command
		.optionsGroup("What to run:")
		.option("--only <glob>", "run only what matches (repeatable)", addText, [])
		.option("--skip <glob>", "leave out what matches (repeatable)", addText, [])
		.option("--list", "print what would be considered and run nothing", false)
		.option("--spec <dir|file>", "more YAML: wire records, operations, clauses, scenarios (repeatable)", addText, []);
}

function addRunOptions(command: Command): void {
	command
		.optionsGroup("How to run:")
		.option("--fail-fast", "stop at the first violation", false)
		.option("--repeat <n>", "run everything n times", parseCount, 1)
		.option("--concurrency <n>", "scenarios side by side", parseCount, 16)
		.option("--timeout <ms>", "how long one reply may take", parseCount, 5000)
		.option("--seed <n>", "order and random choices, to repeat a run", parseSeed)
		.option("--flip-all", "turn every expectation around, one at a time, and see that its scenario fails", false)
		.option("--flip-explained <file>", "expectations for which that is known not to fail, with reasons")
		.option("--clean", "remove what earlier runs left on the target, then stop", false);
}

function addReportOptions(command: Command): void {
	command
		.optionsGroup("What to say:")
		.addOption(new Option("--log-level <level>", "how much to print").choices([...logLevels]).default("normal"))
		.option("--trace", "print every frame of every scenario, not only of those that fail", false)
		.option("--report-json <file>", "everything, as JSON (spec/schema/report.v1.json)")
		.option("--report-junit <file>", "JUnit XML")
		.option("--report-markdown <file>", "a summary in Markdown");
}

function addText(text: string, all: readonly string[]): readonly string[] {
	return [...all, text];
}

function parseDriver(text: string): string {
	if (text === "simulator") return text;
	const file = /^module:(.+)$/.exec(text)?.[1];
	if (file !== undefined) return file === "simulator" ? `./${file}` : file;
	throw new InvalidArgumentError("Expected simulator or module:FILE.");
}

function parseVersion(text: string): string {
	if (/^\d+\.\d+(\.\d+)?$/.test(text)) return text;
	throw new InvalidArgumentError("Expected a version such as 3.8.0.");
}

function parseSuper(text: string): Credentials {
	if (/^[^:]+:.+$/.test(text)) return { scheme: "digest", auth: text };
	throw new InvalidArgumentError("Expected user:password.");
}

function addAuth(text: string, all: readonly Credentials[]): readonly Credentials[] {
	const match = /^([a-z0-9]+):(.*)$/.exec(text);
	if (match === null) throw new InvalidArgumentError("Expected scheme:credentials, such as digest:user:password.");
	return [...all, { scheme: match[1] ?? "", auth: match[2] ?? "" }];
}

function addFact(text: string, all: Facts): Facts {
	const match = /^([A-Za-z4][\w.]*)=(.+)$/.exec(text);
	if (match === null) throw new InvalidArgumentError("Expected name=value, such as containerIntervalMs=500.");
	const [, name = "", value = ""] = match;
	const known: Readonly<Record<string, boolean>> = { true: true, false: false };
	return { ...all, [name]: known[value] ?? (/^-?\d+$/.test(value) ? Number(value) : value) };
}

/** Combinations that exclude each other. */
export function checkOptions(options: Options): void {
	if (options.clean && options.target === undefined)
		throw new UsageError("--clean needs --target: the bundled server keeps nothing");
	if (options.faults !== undefined && options.target === undefined)
		throw new UsageError("--faults needs --target: what the suite starts itself it can hurt anyway");
	if (options.driver !== undefined && options.target !== undefined)
		throw new UsageError("--driver and --target exclude each other");
	if (options.flipExplained !== undefined && !options.flipAll)
		throw new UsageError("--flip-explained only means something with --flip-all");
	if (options.flipAll && options.repeat > 1) throw new UsageError("--flip-all and --repeat exclude each other");
}
