import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

/** What a comparison of this build with another one said. */
export interface Gate {
	/** Of `compare`: 0 same or better, 1 regression, 3 not comparable. */
	readonly code: number;
	/** Lines of the cells with a regression. */
	readonly lost: readonly string[];
	/** What it says of each cell's throughput. */
	readonly changes: readonly string[];
	/** Its last line. */
	readonly text: string;
}

const bench = fileURLToPath(new URL("../../bench/run/main.js", import.meta.url));
const limitMs = 1_200_000;

/**
 * Measures this build and others in turns, in one run; the file is the report.
 * @throws the signal's reason
 */
export async function measureInTurns(
	measured: readonly string[],
	others: readonly string[],
	file: string,
	signal: AbortSignal,
): Promise<void> {
	rmSync(file, { force: true });
	// What is void is in the report, too: then it can not be compared.
	await run([...measured, ...others.flatMap((other) => ["--against", other]), "--json", file], signal);
}

/** Subjects of a report. */
export interface Sides {
	readonly base: string;
	readonly head: string;
}

/** @throws the signal's reason */
export async function gate(file: string, sides: Sides, failOver: string, signal: AbortSignal): Promise<Gate> {
	const compared = [file, "--subjects", `${sides.base},${sides.head}`, "--gate", "throughput", "--fail-over", failOver];
	const { code, stdout, stderr } = await run(["compare", ...compared], signal);
	const lines = stdout.trim().split("\n");
	const changes = lines
		.filter((line) => / throughput /.test(line))
		.map((line) => line.trim().replaceAll(/ {2,}/g, "  "));
	const lost = changes.filter((line) => line.startsWith("worse "));
	return { code: code ?? -1, lost, changes, text: lines.at(-1) || stderr.trim() };
}

/** @throws Error with what it said, unless it went well; the signal's reason */
export async function mustBench(args: readonly string[], signal: AbortSignal): Promise<void> {
	const { code, stdout, stderr } = await run(args, signal);
	if (code !== 0) throw new Error(`bench ${args.join(" ")} ended with ${code}:\n${stdout}\n${stderr}`);
}

/** Out of the process group: what Ctrl-C means for it is for `signal` to say, and that it is over before anything is removed. */
async function run(args: readonly string[], signal: AbortSignal) {
	const options = { detached: true, signal, timeout: limitMs };
	const child = spawn(process.execPath, [bench, ...args], { ...options, stdio: ["ignore", "pipe", "pipe"] });
	// The signal says that as well.
	child.once("error", () => undefined);
	const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
	const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
	signal.throwIfAborted();
	return { code, stdout, stderr };
}
