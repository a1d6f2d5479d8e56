import * as fs from "node:fs";
import { basename } from "node:path";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { ConfigError } from "./config-error.js";
import { fields } from "./settings.js";
import { type Assignment, parseFlag, parseZooCfg } from "./zoo-cfg.js";

/** What the command line asks for. */
export interface Invocation {
	readonly assignments: readonly Assignment[];
	/** Keep everything in a folder that goes when the server does. */
	readonly ephemeralData: boolean;
	/** End when standard input ends, which it does when the parent process is gone. */
	readonly untilStdinEnds: boolean;
}

interface Flags {
	readonly port?: string;
	readonly host?: string;
	readonly dataDir?: string;
	readonly ephemeralData: boolean;
	readonly set: readonly string[];
	readonly untilStdinEnds: boolean;
}

const examples = `
Examples (in a clone of the project with "npm run reference --" in the place of "zkspec-server"):
  zkspec-server zoo.cfg                     a server from a file as Apache ZooKeeper has it
  zkspec-server --port 0 --ephemeral-data   a throw-away server on any free port
  zkspec-server zoo.cfg --set snapCount=1000 --set '4lw.commands.whitelist=*'

Once clients may come, one line on standard output says where:
  listening on 127.0.0.1:2181 pid=4711 dataDir=/var/lib/zookeeper

Exit codes: 0 stopped by SIGTERM or SIGINT, 1 a port in use, damaged files or anything
unexpected, 2 wrong use or wrong settings, 3 the data directory can not be used, 10 writing the log or a snapshot failed.

Settings (in zoo.cfg, or with --set):
${settingsTable()}
Other keys of Apache's files are taken and ignored with a note when they mean nothing to a standalone server;
a key that nobody knows is an error.
`;

/**
 * @throws ConfigError for wrong flags and for a file that can not be read or parsed
 * @throws CommanderError with code 0 when only help was asked for
 */
export function parseCommandLine(args: readonly string[]): Invocation {
	const command = makeCommand();
	try {
		command.parse([...args], { from: "user" });
	} catch (error) {
		if (error instanceof CommanderError && error.exitCode !== 0)
			throw new ConfigError("command line", error.message.replace(/^error: /, ""));
		throw error;
	}
	return invocationOf(command.args[0], command.opts<Flags>());
}

function invocationOf(file: string | undefined, flags: Flags): Invocation {
	const assignments = file === undefined ? [] : readZooCfg(file);
	if (flags.port !== undefined) assignments.push(parseFlag("--port", `clientPort=${flags.port}`));
	if (flags.host !== undefined) assignments.push(parseFlag("--host", `clientPortAddress=${flags.host}`));
	if (flags.dataDir !== undefined) assignments.push(parseFlag("--data-dir", `dataDir=${flags.dataDir}`));
	for (const each of flags.set) assignments.push(parseFlag("--set", each));
	return { assignments, ephemeralData: flags.ephemeralData, untilStdinEnds: flags.untilStdinEnds };
}

function makeCommand(): Command {
	return new Command("zkspec-server")
		.description("The reference server of zkspec: a standalone ZooKeeper server in Apache's protocol and file formats.")
		.argument("[zoo.cfg]", "settings in Apache ZooKeeper's format")
		.option("--port <port>", "clientPort; 0 takes any free port", mustBePort)
		.option("--host <address>", "clientPortAddress")
		.option("--data-dir <folder>", "dataDir")
		.option("--ephemeral-data", "keep the data in a temporary folder and remove it at the end", false)
		.option("--set <key=value>", "any setting; may be repeated", (value, all: string[]) => [...all, value], [])
		.option("--until-stdin-ends", "end when standard input ends", false)
		.addHelpText("after", examples)
		.configureHelp({ helpWidth: 120, optionDescription: ({ description }) => description })
		.exitOverride()
		.configureOutput({ writeErr: () => undefined });
}

function mustBePort(value: string): string {
	if (/^\d+$/.test(value) && Number(value) <= 65535) return value;
	throw new InvalidArgumentError("a port is a number from 0 to 65535.");
}

function readZooCfg(file: string): Assignment[] {
	try {
		return parseZooCfg(basename(file), fs.readFileSync(file, "utf8"));
	} catch (error) {
		if (error instanceof Error && "errno" in error) throw new ConfigError(file, `can not be read: ${error.message}`);
		throw error;
	}
}

function settingsTable(): string {
	const rows = Object.values(fields).map(({ key, initial, about }) => {
		const value = initial === undefined ? "" : ` (${String(initial)})`;
		return `  ${key.padEnd(44)} ${about}${value}`;
	});
	return `${rows.join("\n")}\n`;
}
