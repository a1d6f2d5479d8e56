import { spawn } from "node:child_process";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { ApacheStartError, startApache } from "./apache.js";
import { unavailable } from "./class-path.js";
import { FetchError, fetchApache } from "./fetch.js";

const usage = `An Apache ZooKeeper beside the project, as a witness.
  start VERSION [--dir FOLDER] [--set KEY=VALUE ...]   start one, print {"address","pid","folder"} and leave it running
  with VERSION -- COMMAND ...                         run the command with {address} filled in, end the server with it
                                                      (exit 77 where the version can not be started)
  stop PID                                            end it
  fetch VERSION                                       get its jars with apt into .zkspec/peers/
  why VERSION                                         say why it can not be started here (exit 1), or nothing (exit 0)
3.8.0 is found where Debian installs it; ZKSPEC_APACHE_3_9_6 names the folder of another version.`;

/** As the pipeline's steps say "skipped". */
const skippedCode = 77;

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: { dir: { type: "string" }, set: { type: "string", multiple: true } },
});

function settings(): Record<string, string> {
	const pairs = (values.set ?? []).map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)]);
	return Object.fromEntries(pairs);
}

async function start(version: string): Promise<void> {
	const place = values.dir === undefined ? {} : { folder: values.dir };
	const { address, pid, folder } = await startApache(version, { ...place, settings: settings(), detached: true });
	console.log(JSON.stringify({ address, pid, folder }));
}

async function runWith(version: string, command: readonly string[]): Promise<void> {
	const reason = unavailable(version);
	if (reason !== undefined) {
		console.log(reason);
		process.exitCode = skippedCode;
		return;
	}
	const server = await startApache(version, { settings: settings() });
	const [program = "true", ...args] = command.map((word) => word.replaceAll("{address}", server.address));
	const child = spawn(program, args, { stdio: "inherit" });
	// Ending this process must not leave the server behind: the command ends first, then the server.
	for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
	const [code] = await once(child, "exit");
	await server.stop();
	process.exitCode = code ?? 1;
}

function why(version: string): void {
	const reason = unavailable(version);
	if (reason === undefined) return;
	console.log(reason);
	process.exitCode = 1;
}

async function run(command: string | undefined, argument: string): Promise<void> {
	if (command === "start") await start(argument);
	else if (command === "with") await runWith(argument, positionals.slice(2));
	else if (command === "stop") process.kill(Number(argument), "SIGTERM");
	else if (command === "fetch") fetchApache(argument);
	else if (command === "why") why(argument);
	else {
		console.error(usage);
		process.exitCode = 2;
	}
}

try {
	await run(positionals[0], positionals[1] ?? "3.8.0");
} catch (error) {
	if (!(error instanceof ApacheStartError || error instanceof FetchError)) throw error;
	console.error(`${error.name}: ${error.message}`);
	process.exitCode = 1;
}
