import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
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

/** Measures this build and others in turns, in one run; the file is the report. */
export function measureInTurns(measured: readonly string[], others: readonly string[], file: string): void {
	rmSync(file, { force: true });
	// What is void is in the report, too: then it can not be compared.
	run([...measured, ...others.flatMap((other) => ["--against", other]), "--json", file]);
}

/** Compares two subjects of a report. */
export function gate(file: string, base: string, head: string, failOver: string): Gate {
	const compared = [file, "--subjects", `${base},${head}`, "--gate", "throughput", "--fail-over", failOver];
	const { status, stdout, stderr } = run(["compare", ...compared]);
	const lines = stdout.trim().split("\n");
	const changes = lines
		.filter((line) => / throughput /.test(line))
		.map((line) => line.trim().replaceAll(/ {2,}/g, "  "));
	const lost = changes.filter((line) => line.startsWith("worse "));
	return { code: status ?? -1, lost, changes, text: lines.at(-1) || stderr.trim() };
}

/** @throws Error with what it said, unless it went well. */
export function mustBench(args: readonly string[]): void {
	const { status, stdout, stderr } = run(args);
	if (status !== 0) throw new Error(`bench ${args.join(" ")} ended with ${status}:\n${stdout}\n${stderr}`);
}

function run(args: readonly string[]) {
	return spawnSync(process.execPath, [bench, ...args], { encoding: "utf8", timeout: limitMs });
}
