import { Command, InvalidArgumentError, Option } from "commander";
import type { Address } from "../../conformance/client/connection.js";
import { parseAddresses } from "../../conformance/runner/address.js";
import { UsageError } from "../../conformance/runner/exit-code.js";
import { parseCount, parseSeed } from "../../conformance/runner/whole-numbers.js";
import type { Overrides } from "./cell-plan.js";
import { addCoordinator, type CoordinatorFlags } from "./control-flags.js";
import { describeOption } from "./describe-option.js";
import { addParameter, parseCounts, parseMs, parsePercents, parseSizes } from "./flag-values.js";
import { helpAfter, helpBefore } from "./help.js";
import type { Where } from "./workload.js";

export const peerKinds = ["apache-3.8.0", "apache-3.9.6"] as const;
export type PeerKind = (typeof peerKinds)[number];

/** Everything that the command line of a measurement says. */
export interface BenchOptions extends CoordinatorFlags {
	/** Workloads by name, or YAML files; none: what runs when nothing is said. */
	readonly names: readonly string[];
	readonly list: boolean;
	readonly target: readonly Address[] | undefined;
	readonly peers: readonly PeerKind[];
	/** Leaves the reference out: only peers. */
	readonly reference: boolean;
	/** Folders of other builds. */
	readonly against: readonly string[];
	readonly overrides: Overrides;
	/** How long each subject's turns within a round are; undefined: as long as the round. */
	readonly slice: number | undefined;
	readonly workers: number;
	readonly seed: number;
	/** Everything once and for a moment: it works, its figures mean nothing. */
	readonly smoke: boolean;
	readonly json: string | undefined;
	readonly markdown: string | undefined;
	readonly html: string | undefined;
	readonly quiet: boolean;
}

interface Flags extends CoordinatorFlags {
	readonly workload: readonly string[];
	readonly list: boolean;
	readonly target?: readonly Address[];
	readonly peer?: readonly PeerKind[];
	readonly reference: boolean;
	readonly against: readonly string[];
	readonly servers?: readonly number[];
	readonly rounds?: number;
	readonly for?: number;
	readonly warmUp?: number;
	readonly slice?: number;
	readonly reads?: readonly number[];
	readonly sessions?: readonly number[];
	readonly window?: readonly number[];
	readonly rate?: readonly number[];
	readonly bytes?: readonly number[];
	readonly keys?: readonly number[];
	readonly on?: Where;
	readonly set: Readonly<Record<string, readonly number[]>>;
	readonly workers: number;
	readonly seed: number;
	readonly smoke: boolean;
	readonly json?: string;
	readonly markdown?: string;
	readonly html?: string;
	readonly quiet: boolean;
}

/**
 * @throws UsageError for anything that excludes each other
 * @throws CommanderError for what is not understood, and with exit code 0 when only help was asked for
 */
export function parseOptions(args: readonly string[]): BenchOptions {
	const command = makeCommand();
	command.parse([...args], { from: "user" });
	const flags = command.opts<Flags>();
	const { target, peer = [], json, markdown, html, slice = sliceIfNotSaid(flags), ...rest } = flags;
	const names = [...command.args, ...flags.workload];
	const overrides = overridesOf(flags);
	const options = { ...rest, names, target, peers: peer, overrides, slice, json, markdown, html };
	checkOptions(options);
	return options;
}

function checkOptions({ target, against, overrides, reference, peers, slice, control }: BenchOptions): void {
	if (target !== undefined && overrides.servers !== undefined)
		throw new UsageError("--servers is for servers that are started, --target for those that run");
	if (target !== undefined && against.length > 0)
		throw new UsageError("--against starts builds of the reference, --target names servers that run");
	if (against.length > 0 && peers.length > 0)
		throw new UsageError("--against compares builds with each other: leave --peer out");
	if (slice !== undefined && control !== undefined)
		throw new UsageError("--slice is for load that this machine makes: leave --control out");
	if (!reference && peers.length === 0) throw new UsageError("--no-reference leaves nothing to measure without --peer");
	if (overrides.parameters.window !== undefined && overrides.parameters.rate !== undefined)
		throw new UsageError("--window is a closed loop, --rate an open one: choose");
}

/** Two builds answer about as fast, so that short turns suit both; what a machine does to them is the same then. */
function sliceIfNotSaid({ against, control }: Flags): number | undefined {
	return against.length === 0 || control !== undefined ? undefined : 100;
}

function overridesOf(flags: Flags): Overrides {
	const one = (value: unknown) => (value === undefined ? undefined : [value]);
	const { reads, sessions, window, rate, bytes, keys } = flags;
	const given = {
		reads,
		sessions,
		window,
		rate,
		bytes,
		keys,
		on: one(flags.on),
		forMs: one(flags.for),
		warmUpMs: one(flags.warmUp),
	};
	const named = Object.fromEntries(Object.entries(given).filter(([, values]) => values !== undefined));
	const parameters = { ...flags.set, ...named };
	return { servers: flags.servers, rounds: flags.rounds, parameters };
}

function makeCommand(): Command {
	const command = new Command("bench")
		.usage("[workloads...] [options]")
		.description(helpBefore)
		.argument("[workloads...]", "workloads by name, or YAML files")
		.addHelpText("after", helpAfter)
		.configureHelp({ helpWidth: 120, optionDescription: describeOption })
		.exitOverride()
		.configureOutput({ writeErr: () => undefined });
	addWhom(command);
	addWhat(command);
	addCoordinator(command.optionsGroup("Who makes the load:"));
	return addReports(command);
}

function addWhom(command: Command): void {
	command
		.optionsGroup("Whom to measure:")
		.option("--target <host:port,...>", "servers that run already, instead of the reference", parseAddresses)
		.option("--servers <n,...>", "sizes of ensembles that are started, instead of the workload's", parseCounts)
		.option("--peer <kind,...>", "beside it: apache (3.8.0), apache-3.9.6; measured in turns", parsePeers)
		.option("--no-reference", "only the peers")
		.option(
			"--against <folder>",
			"another build of this project, as base (repeatable); this one is head",
			(text, all: readonly string[]) => [...all, text],
			[],
		);
}

function addWhat(command: Command): void {
	command
		.optionsGroup("What to measure:")
		.option("--workload <name|file>", "the same as naming it (repeatable)", (text, all: string[]) => [...all, text], [])
		.option("--list", "print the workloads and measure nothing", false)
		.option("--rounds <n>", "how often each cell is measured", parseCount)
		.option("--for <duration>", "how long each time, such as 500ms or 3s", parseMs)
		.option("--warm-up <duration>", "before each time, while nothing counts", parseMs)
		.option("--slice <duration>", "turns that subjects take within each round (100ms with --against)", parseMs)
		.option("--reads <percent,...>", "shares of reads", parsePercents)
		.option("--sessions <n,...>", "sessions in all", parseCounts)
		.option("--window <n,...>", "requests that each session keeps under way", parseCounts)
		.option("--rate <n,...>", "requests a second in all, whether or not the servers keep up", parseCounts)
		.option("--bytes <n,...>", "size of values", parseSizes)
		.option("--keys <n,...>", "nodes that are read and written", parseCounts)
		.addOption(new Option("--on <which>", "which servers").choices(["all", "leader", "followers", "observers"]))
		.option(
			"--set <name=n,...>",
			"any other number of a workload, such as znodes=100000 (repeatable)",
			addParameter,
			{},
		)
		.option("--seed <n>", "decides what is asked for in which order", parseSeed, 1)
		.option("--smoke", "everything once and for a moment, to see that it works", false);
}

function addReports(command: Command): Command {
	return command
		.optionsGroup("What to say:")
		.option("--json <file>", "everything, as JSON; compare takes it")
		.option("--markdown <file>", "tables")
		.option("--html <file>", "one page with charts")
		.option("--quiet", "only the tables at the end", false);
}

function parsePeers(text: string): readonly PeerKind[] {
	return text.split(",").map((name) => {
		const full = name === "apache" ? "apache-3.8.0" : name;
		const kind = peerKinds.find((each) => each === full);
		if (kind === undefined) throw new InvalidArgumentError(`Expected apache, ${peerKinds.join(", ")}.`);
		return kind;
	});
}
