import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { packageRoot } from "../../../spec/load/package-root.js";

export interface BenchEnding {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

export interface BenchRun {
	/** Instead of the system's, so that what is left there is this program's. */
	readonly temporaryFolder?: string;
	/** Sent once standard output holds the text. */
	readonly signal?: { readonly name: NodeJS.Signals; readonly at: string };
}

const main = path.join(packageRoot, "dist", "bench", "run", "main.js");

/** The whole program, from its arguments to its end. */
export async function runBench(args: readonly string[], run: BenchRun = {}): Promise<BenchEnding> {
	const { temporaryFolder, signal } = run;
	const env = temporaryFolder === undefined ? process.env : { ...process.env, TMPDIR: temporaryFolder };
	const child = spawn(process.execPath, [main, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
	let [stdout, stderr, isSent] = ["", "", false];
	child.stdout.setEncoding("utf8").on("data", (text: string) => {
		stdout += text;
		if (signal === undefined || isSent || !stdout.includes(signal.at)) return;
		isSent = true;
		child.kill(signal.name);
	});
	child.stderr.setEncoding("utf8").on("data", (text: string) => {
		stderr += text;
	});
	const [code] = (await once(child, "close")) as [number | null];
	return { code, stdout, stderr };
}
