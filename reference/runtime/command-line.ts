import { Command, CommanderError, InvalidArgumentError } from "commander";
import { ConfigError } from "./config-error.js";
import type { LaunchOptions } from "./launch.js";
import { fields } from "./settings.js";
import { type Assignment, configure, parseFlag, readZooCfg } from "./zoo-cfg.js";

/** What the command line asks for. */
export interface Invocation {
	readonly assignments: readonly Assignment[];
	/** zoo.cfg, if one is named. */
	readonly configFile: string | undefined;
	/** Keep everything in a folder that goes when the server does. */
	readonly ephemeralData: boolean;
	/** End when standard input ends, which it does when the parent process is gone. */
	readonly untilStdinEnds: boolean;
	/** What nobody is there any more to remove then. */
	readonly orphanFolder: string | undefined;
	/** Start an ensemble of processes instead. */
	readonly launch: LaunchOptions | undefined;
}

interface Flags {
	readonly port?: string;
	readonly host?: string;
	readonly restPort?: string;
	readonly dataDir?: string;
	readonly ephemeralData: boolean;
	readonly set: readonly string[];
	readonly untilStdinEnds: boolean;
	readonly orphanFolder?: string;
	readonly servers?: number;
	readonly observers: number;
	readonly basePort?: number;
	readonly restart: boolean;
}

const examples = `
Examples (in a clone of the project with "npm run reference --" in the place of "zkspec-server"):
  zkspec-server zoo.cfg                     a server from a file as Apache ZooKeeper has it; with server lines
                                            it is the member of an ensemble that its dataDir/myid says
  zkspec-server --port 0 --ephemeral-data   a throw-away server on any free port
  zkspec-server zoo.cfg --set snapCount=1000 --set '4lw.commands.whitelist=*'
  zkspec-server --servers 5 --observers 2   a throw-away ensemble of 7 processes on free ports
  zkspec-server --servers 3 --base-port 2181 --data-dir data   one that keeps its data, in data/1 to data/3

Once clients may come, one line on standard output says where:
  listening on 127.0.0.1:2181 pid=4711 dataDir=/var/lib/zookeeper
A member of an ensemble adds "serving as leader" (or follower, observer) each time it begins to serve, and "not serving"
when it has to look for a leader. With --servers standard output has just the connect string; the log of every member, prefixed with its id, is on standard error.

Exit codes: 0 stopped by SIGTERM or SIGINT, 1 a port in use, damaged files or anything unexpected, 2 wrong use or wrong
settings, 3 the data directory can not be used, 10 writing the log or a snapshot failed, 14 a quorum or election port
can not be had.

Settings (in zoo.cfg, or with --set):
${settingsTable()}
Other keys of Apache's files are taken and ignored with a note when they mean nothing here;
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
	const { ephemeralData, untilStdinEnds, orphanFolder } = flags;
	const common = { ephemeralData, untilStdinEnds, orphanFolder };
	if (flags.servers !== undefined)
		return { ...common, assignments: [], configFile: undefined, launch: launchOf(flags.servers, file, flags) };
	for (const flag of ["observers", "basePort", "restart"] as const)
		if (flags[flag]) throw new ConfigError("command line", `${spelled[flag]} goes with --servers`);
	const assignments = file === undefined ? [] : readZooCfg(file);
	// Who starts a server without a file does not expect a second port that all the world can reach.
	if (file !== undefined) assignments.unshift(parseFlag("a zoo.cfg", "admin.enableServer=true"));
	if (flags.port !== undefined) assignments.push(parseFlag("--port", `clientPort=${flags.port}`));
	if (flags.host !== undefined) assignments.push(parseFlag("--host", `clientPortAddress=${flags.host}`));
	if (flags.restPort !== undefined) assignments.push(parseFlag("--rest-port", `rest.port=${flags.restPort}`));
	if (flags.dataDir !== undefined) assignments.push(parseFlag("--data-dir", `dataDir=${flags.dataDir}`));
	for (const each of flags.set) assignments.push(parseFlag("--set", each));
	return { ...common, assignments, configFile: file, launch: undefined };
}

const spelled = {
	observers: "--observers",
	basePort: "--base-port",
	restart: "--restart",
	port: "--port",
	host: "--host",
	restPort: "--rest-port",
};

function launchOf(servers: number, file: string | undefined, flags: Flags): LaunchOptions {
	if (file !== undefined) throw new ConfigError("command line", "--servers makes its own zoo.cfg files");
	for (const flag of ["port", "host", "restPort"] as const)
		if (flags[flag] !== undefined)
			throw new ConfigError("command line", `${spelled[flag]} does not go with --servers; see --base-port and --set`);
	const settings = new Map(flags.set.map((each) => parseFlag("--set", each)).map(({ key, value }) => [key, value]));
	// What no member would take is told once, before any of them starts.
	configure([...settings].map(([key, value]) => parseFlag("--set", `${key}=${value}`)));
	const { observers, basePort, dataDir, restart } = flags;
	return { servers, observers, basePort, dataDir, settings, restart };
}

function makeCommand(): Command {
	return new Command("zkspec-server")
		.description(
			"The reference server of zkspec: ZooKeeper in Apache's protocols and file formats,\nstandalone or as member of an ensemble.",
		)
		.argument("[zoo.cfg]", "settings in Apache ZooKeeper's format")
		.option("--port <port>", "clientPort; 0 takes any free port", mustBePort)
		.option("--host <address>", "clientPortAddress")
		.option("--rest-port <port>", "rest.port: also serve ZooKeeper over HTTP; 0 takes any free port", mustBePort)
		.option("--data-dir <folder>", "dataDir")
		.option("--ephemeral-data", "keep the data in a temporary folder and remove it at the end", false)
		.option("--set <key=value>", "any setting; may be repeated", (value, all: string[]) => [...all, value], [])
		.option("--until-stdin-ends", "end when standard input ends", false)
		.option("--orphan-folder <folder>", "with --until-stdin-ends: a folder to remove when standard input has ended")
		.option("--servers <n>", "start an ensemble with this many voters, each a process of its own", countFrom(1))
		.option("--observers <n>", "and as many observers", countFrom(0), 0)
		.option("--base-port <port>", "its first client port; quorum ports are 100, election ports 200 above", countFrom(1))
		.option("--restart", "members that end are started again", false)
		.addHelpText("after", examples)
		.configureHelp({ helpWidth: 120, optionDescription: ({ description }) => description })
		.exitOverride()
		.configureOutput({ writeErr: () => undefined });
}

function mustBePort(value: string): string {
	if (/^\d+$/.test(value) && Number(value) <= 65535) return value;
	throw new InvalidArgumentError("a port is a number from 0 to 65535.");
}

function countFrom(min: number): (value: string) => number {
	return (value) => {
		if (/^\d{1,5}$/.test(value) && Number(value) >= min) return Number(value);
		throw new InvalidArgumentError(`expected a whole number from ${min}.`);
	};
}

function settingsTable(): string {
	const rows = Object.values(fields).map(({ key, initial, about }) => {
		const value = initial === undefined ? "" : ` (${String(initial)})`;
		return `  ${key.padEnd(44)} ${about}${value}`;
	});
	return `${rows.join("\n")}\n`;
}
