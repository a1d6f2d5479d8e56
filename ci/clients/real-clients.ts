import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { classPath } from "../peers/class-path.js";
import { ClientError, converse, type LineClient } from "./line-client.js";
import { transcript } from "./transcript.js";

const here = join("ci", "clients");
const cliMtProgram = "/usr/lib/zookeeper/bin/cli_mt";
/** The system's own interpreter: the one whose packages the distribution installs. */
const python = "/usr/bin/python3";
const sessionTimeoutMs = 60_000;

/** A client that people use, and one session of it. */
export interface RealClient {
	readonly name: string;
	/** Why it can not run here. */
	unavailable(): string | undefined;
	/** What it printed, line by line, without what may differ from run to run. Throws ClientError. */
	run(address: string, midway?: Midway): Promise<string[]>;
}

/** What happens to the servers in the middle of a session; it ends when the client is connected. */
export type Midway = () => Promise<void>;

export const realClients: readonly RealClient[] = [
	{
		name: "zkCli.sh",
		unavailable: () => (javaClassPath() === undefined ? "Apache ZooKeeper 3.8.0 is not installed" : undefined),
		run: (address, midway) => runLines(zkCli(address), "zk-cli.txt", midway),
	},
	{
		name: "cli_mt",
		unavailable: () => (existsSync(cliMtProgram) ? undefined : "the package zookeeper-bin is not installed"),
		run: (address, midway) => runLines(cliMt(address), "cli-mt.txt", midway),
	},
	{
		name: "kazoo",
		unavailable: () => {
			const { status } = spawnSync(python, ["-c", "import kazoo"]);
			return status === 0 ? undefined : "the package python3-kazoo is not installed";
		},
		run: (address, midway) => runScript(python, [join(here, "kazoo-session.py"), address], midway),
	},
	{
		name: "node-zookeeper-client",
		unavailable: () => undefined,
		run: (address) => runScript(process.execPath, [join(here, "node-session.mjs"), address]),
	},
];

/** Without the library for line editing, the shell reads plain lines. */
function javaClassPath(): string | undefined {
	const jars = classPath("3.8.0")?.split(":");
	return jars?.filter((jar) => !/jline/.test(jar)).join(":");
}

function zkCli(address: string): LineClient {
	return {
		program: "java",
		args: [
			"-XX:+UseSerialGC",
			"-XX:TieredStopAtLevel=1",
			`-Dlog4j.configuration=file:${join(here, "quiet-log4j.properties")}`,
			"-cp",
			javaClassPath() ?? "",
			"org.apache.zookeeper.ZooKeeperMain",
			"-server",
			address,
			"-waitforconnection",
		],
		// What `sync` waits for comes from the thread that prints events: without it, one of them could be printed in the
		// middle of the next answer. `ls` prints its answer piece by piece.
		marker: (node) => `sync /\nstat ${node}`,
		answer: (node) => `Sync is OK\nNode does not exist: ${node}\n`,
		quit: "quit",
	};
}

function cliMt(address: string): LineClient {
	return {
		program: cliMtProgram,
		args: ["-h", address],
		// Unlike `exists`, its answer comes from the thread that prints events and the other answers.
		marker: (node) => `sync ${node}`,
		answer: (node) => `[${node}]: rc = 0\n\tname = ${node}\n`,
		quit: "quit",
	};
}

async function runLines(client: LineClient, script: string, midway?: Midway): Promise<string[]> {
	const commands = readFileSync(join(here, script), "utf8").split("\n").slice(0, -1);
	return transcript(await converse(client, commands, midway));
}

/** A script that is told to pause prints this line in the middle, and goes on when it is given one. */
const pauseLine = "> midway\n";

async function runScript(program: string, args: readonly string[], midway?: Midway): Promise<string[]> {
	const child = spawn(program, midway === undefined ? args : [...args, "--pause"], { timeout: sessionTimeoutMs });
	const closed = once(child, "close");
	let output = "";
	let errors = "";
	let paused: Promise<void> | undefined;
	child.stderr.setEncoding("utf8").on("data", (text) => {
		errors += text;
	});
	child.stdout.setEncoding("utf8").on("data", (text) => {
		output += text;
		if (midway === undefined || paused !== undefined || !output.includes(pauseLine)) return;
		paused = midway().finally(() => child.stdin.end("\n"));
	});
	const [status, signal] = await closed;
	await paused;
	if (status === 0) return output.split("\n").slice(0, -1);
	const end = `${output.slice(-300)}${errors.slice(-1500)}`;
	throw new ClientError(`it ended with ${status ?? signal} after: ${end}`);
}
