import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { watchRunInterrupts } from "../../conformance/runner/run-interrupts.js";
import { packageRoot } from "../../spec/load/package-root.js";
import type { Ground } from "./grounds.js";

export interface WholeSet {
	readonly grounds: readonly Ground[];
	/** How long each workload's clients work, as its command line takes it. */
	readonly duration: string;
	readonly seed: string;
	say(line: string): void;
}

interface Row {
	readonly ground: string;
	readonly set: string;
	/** Outcome -> how many scenarios or runs; undefined where nothing could be run. */
	readonly counts: Readonly<Record<string, number>> | undefined;
	/** What is not as it should be, and what is known of it; or why nothing was run. */
	readonly remarks: readonly string[];
	readonly wallSeconds: number;
	readonly exitCode: number;
}

interface Run {
	readonly exitCode: number;
	readonly wallSeconds: number;
}

type Runner = (args: readonly string[]) => Promise<Run>;

interface SuiteReport {
	readonly counts: { readonly scenarios: Readonly<Record<string, number>> };
	readonly scenarios: readonly { readonly id: string; readonly outcome: string; readonly reason?: string }[];
}

interface WorkloadReport {
	readonly runs: readonly { readonly workload: string; readonly seed: number; readonly outcome: string }[];
}

const program = path.join(packageRoot, "dist", "conformance", "runner", "main.js");

/** Runs all that was wished for, or what was begun when a signal came, and tells how it went. */
export async function runWholeSet({ grounds, duration, seed, say }: WholeSet): Promise<number> {
	let under: ChildProcess | undefined;
	const interrupts = watchRunInterrupts((signal) => void under?.kill(signal));
	const run = (args: readonly string[]): Promise<Run> => {
		say(`> zkspec ${args.join(" ")}`);
		return zkspec(args, (child) => {
			under = child;
		});
	};
	const folder = mkdtempSync(path.join(tmpdir(), "zkspec-whole-set-"));
	const rows: Row[] = [];
	try {
		for (const ground of grounds) {
			const file = path.join(folder, `${ground.name}.json`);
			const missing = ground.missing();
			if (missing !== undefined) rows.push(notRun(ground, missing));
			if (missing === undefined && !interrupts.signal.aborted) rows.push(await scenariosOn(run, ground, seed, file));
			if (missing === undefined && !interrupts.signal.aborted)
				rows.push(await workloadsOn(run, ground, ["--for", duration, "--seed", seed], file));
		}
	} finally {
		rmSync(folder, { recursive: true, force: true });
		interrupts.end();
	}
	for (const line of table(rows)) say(line);
	return interrupts.exitCode ?? (rows.every(({ exitCode }) => exitCode === 0) ? 0 : 1);
}

function notRun({ name }: Ground, missing: string): Row {
	return { ground: name, set: "all", counts: undefined, remarks: [missing], wallSeconds: 0, exitCode: 0 };
}

async function scenariosOn(run: Runner, ground: Ground, seed: string, file: string): Promise<Row> {
	const only = ground.only.flatMap((glob) => ["--only", glob]);
	const { exitCode, wallSeconds } = await run([...ground.options, ...only, "--seed", seed, "--report-json", file]);
	const report = maybeReport<SuiteReport>(file);
	const noted = report?.scenarios.filter(({ outcome }) => outcome !== "kept" && outcome !== "skipped") ?? [];
	return {
		ground: ground.name,
		set: "scenarios",
		counts: report?.counts.scenarios,
		remarks: noted.map(({ id, outcome, reason }) => `${outcome}: ${id}${reason === undefined ? "" : ` (${reason})`}`),
		wallSeconds,
		exitCode,
	};
}

async function workloadsOn(run: Runner, ground: Ground, options: readonly string[], file: string): Promise<Row> {
	const args = ["workload", "--all", ...ground.options, ...options, "--report-json", file];
	const { exitCode, wallSeconds } = await run(args);
	const runs = maybeReport<WorkloadReport>(file)?.runs;
	const counts: Record<string, number> = {};
	for (const { outcome } of runs ?? []) counts[outcome] = (counts[outcome] ?? 0) + 1;
	return {
		ground: ground.name,
		set: "workloads",
		counts: runs && counts,
		remarks: (runs ?? [])
			.filter(({ outcome }) => outcome !== "ok")
			.map(({ workload, seed, outcome }) => `${outcome}: ${workload} --seed ${seed}`),
		wallSeconds,
		exitCode,
	};
}

/** In a group of its own: a terminal's Ctrl-C would reach it beside what is passed on, and the second one ends it at once. */
async function zkspec(args: readonly string[], begun: (child: ChildProcess) => void): Promise<Run> {
	const startMs = performance.now();
	const child = spawn(process.execPath, [program, ...args], { stdio: "inherit", detached: true });
	begun(child);
	const exitCode = await new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? 1)));
	return { exitCode, wallSeconds: (performance.now() - startMs) / 1000 };
}

/** Takes it away as well, so that nobody takes it for the next one's; undefined where the run ended before it wrote any. */
function maybeReport<Report>(file: string): Report | undefined {
	if (!existsSync(file)) return undefined;
	const report = JSON.parse(readFileSync(file, "utf8")) as Report;
	rmSync(file);
	return report;
}

function* table(rows: readonly Row[]): Generator<string> {
	yield "";
	yield "| ground | set | outcomes | wall s | exit |";
	yield "|---|---|---|---:|---:|";
	for (const { ground, set, counts, wallSeconds, exitCode } of rows) {
		const outcomes = Object.entries(counts ?? { "not run": 0 }).map(([outcome, count]) =>
			`${count || ""} ${outcome}`.trim(),
		);
		yield `| ${ground} | ${set} | ${outcomes.join(", ")} | ${wallSeconds.toFixed(1)} | ${exitCode} |`;
	}
	yield "";
	for (const { ground, set, remarks } of rows) for (const remark of remarks) yield `- ${ground}, ${set}: ${remark}`;
}
