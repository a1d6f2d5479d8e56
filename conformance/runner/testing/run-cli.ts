import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { packageRoot } from "../../../spec/load/package-root.js";

export interface CliResult {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

const main = path.join(packageRoot, "dist", "conformance", "runner", "main.js");

/** The whole program with these arguments, in a folder of the caller's choice; `onOutput` sees all of stdout so far. */
export function runCli(
	args: readonly string[],
	cwd = packageRoot,
	onOutput: (stdout: string, child: ChildProcess) => void = () => undefined,
): Promise<CliResult> {
	const child = spawn(process.execPath, [main, ...args], { cwd, stdio: ["ignore", "pipe", "pipe"] });
	return finished(child, onOutput);
}

/** Sends the program a signal as soon as its output holds a text. */
export function runCliUntil(args: readonly string[], text: string, signal: NodeJS.Signals): Promise<CliResult> {
	let done = false;
	return runCli(args, packageRoot, (stdout, child) => {
		if (done || !stdout.includes(text)) return;
		done = true;
		child.kill(signal);
	});
}

/** The user presses Ctrl-C as soon as the output holds a text: a terminal tells all that the program has started as well. */
export function runCliUntilCtrlC(args: readonly string[], text: string): Promise<CliResult> {
	const child = spawn(process.execPath, [main, ...args], { detached: true, stdio: ["ignore", "pipe", "pipe"] });
	let done = false;
	return finished(child, (stdout) => {
		if (done || !stdout.includes(text) || child.pid === undefined) return;
		done = true;
		process.kill(-child.pid, "SIGINT");
	});
}

function finished(child: ChildProcess, onOutput: (stdout: string, child: ChildProcess) => void): Promise<CliResult> {
	let stdout = "";
	let stderr = "";
	child.stdout?.on("data", (chunk: Buffer) => {
		stdout += chunk.toString();
		onOutput(stdout, child);
	});
	child.stderr?.on("data", (chunk: Buffer) => {
		stderr += chunk.toString();
	});
	return new Promise((resolve) => {
		child.once("close", (code) => resolve({ code, stdout, stderr }));
	});
}
