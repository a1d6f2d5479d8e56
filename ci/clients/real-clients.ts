import { spawnSync } from "node:child_process";
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
	run(address: string): Promise<string[]>;
}

export const realClients: readonly RealClient[] = [
	{
		name: "zkCli.sh",
		unavailable: () => (javaClassPath() === undefined ? "Apache ZooKeeper 3.8.0 is not installed" : undefined),
		run: (address) => runLines(zkCli(address), "zk-cli.txt"),
	},
	{
		name: "cli_mt",
		unavailable: () => (existsSync(cliMtProgram) ? undefined : "the package zookeeper-bin is not installed"),
		run: (address) => runLines(cliMt(address), "cli-mt.txt"),
	},
	{
		name: "kazoo",
		unavailable: () => {
			const { status } = spawnSync(python, ["-c", "import kazoo"]);
			return status === 0 ? undefined : "the package python3-kazoo is not installed";
		},
		run: (address) => runScript(python, [join(here, "kazoo-session.py"), address]),
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
		marker: (node) => `stat ${node}`,
		answer: (node) => `Node does not exist: ${node}\n`,
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

async function runLines(client: LineClient, script: string): Promise<string[]> {
	const commands = readFileSync(join(here, script), "utf8").split("\n").slice(0, -1);
	return transcript(await converse(client, commands));
}

async function runScript(program: string, args: readonly string[]): Promise<string[]> {
	const result = spawnSync(program, args, { encoding: "utf8", timeout: sessionTimeoutMs });
	if (result.status === 0) return result.stdout.split("\n").slice(0, -1);
	const end = `${result.stdout.slice(-300)}${result.stderr.slice(-1500)}`;
	throw new ClientError(`it ended with ${result.status ?? result.signal} after: ${end}`);
}
