import { type Command, InvalidArgumentError, Option } from "commander";
import type { Address } from "../../conformance/client/connection.js";
import { addressesOf } from "../../conformance/runner/address.js";
import { parseCount } from "../../conformance/runner/whole-numbers.js";
import { parseMs } from "./flag-values.js";

/** How a process finds the run that several hosts make together. */
export interface ControlFlags {
	readonly control?: readonly Address[];
	readonly run: string;
	readonly controlSession: number;
}

export interface CoordinatorFlags extends ControlFlags {
	/** Load processes here, or with `control` the workers to wait for. */
	readonly workers: number;
	readonly gather: number;
}

/** For the first connection to the control ZooKeeper, which may be starting as well. */
export const connectMs = 60_000;

export function addControl(command: Command, about: string): Command {
	return command
		.option("--control <host:port,...>", about, addressesOf("--control"))
		.addOption(
			new Option("--run <name>", "which run, if there are several").argParser(parseName).default("bench", "bench"),
		)
		.addOption(
			new Option("--control-session <duration>", "silence after which a process is lost")
				.argParser(parseMs)
				.default(10_000, "10s"),
		);
}

export function addCoordinator(command: Command): Command {
	command.option("--workers <n>", "processes that make the load, or with --control workers to wait for", parseCount, 1);
	return addControl(command, "a ZooKeeper where workers on other hosts join, which make the load then").addOption(
		new Option("--gather <duration>", "how long workers may take to join").argParser(parseMs).default(600_000, "10m"),
	);
}

function parseName(text: string): string {
	if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(text)) return text;
	throw new InvalidArgumentError("Expected letters, digits, dots, hyphens.");
}
