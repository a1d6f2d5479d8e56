import { spawn } from "node:child_process";
import path from "node:path";
import { packageRoot } from "../../spec/load/package-root.js";

/** How one run of the conformance suite ended. */
export interface Ended {
	/** The exit code; null when a signal ended it that it can not catch. */
	readonly code: number | null;
	/** Standard output and standard error. */
	readonly output: string;
}

/** When to send which signal: as soon as the output holds as many lines that fit. */
export interface Interruption {
	readonly signal: NodeJS.Signals;
	readonly after: RegExp;
	readonly lines: number;
}

const main = path.join(packageRoot, "dist", "conformance", "runner", "main.js");
const limitMs = 120_000;

/** Runs the conformance suite as a user does, with its temporary files in a folder of the caller's. */
export function runCli(args: readonly string[], temporary: string, interruption?: Interruption): Promise<Ended> {
	const env = { ...process.env, TMPDIR: temporary, NO_COLOR: "1" };
	const child = spawn(process.execPath, [main, ...args], { env, stdio: ["ignore", "pipe", "pipe"], timeout: limitMs });
	let output = "";
	let sent = false;
	const take = (chunk: Buffer): void => {
		output += chunk.toString();
		if (interruption === undefined || sent || countOf(output, interruption.after) < interruption.lines) return;
		sent = true;
		child.kill(interruption.signal);
	};
	child.stdout.on("data", take);
	child.stderr.on("data", take);
	return new Promise((resolve) => {
		child.once("close", (code) => resolve({ code, output }));
	});
}

function countOf(text: string, line: RegExp): number {
	return text.split("\n").filter((each) => line.test(each)).length;
}
