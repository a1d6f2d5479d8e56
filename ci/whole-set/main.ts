import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { packageRoot } from "../../spec/load/package-root.js";
import { type Ground, grounds } from "./grounds.js";

interface Options {
	readonly ground: readonly Ground[];
	readonly for: string;
	readonly seed: string;
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

interface SuiteReport {
	readonly counts: { readonly scenarios: Readonly<Record<string, number>> };
	readonly scenarios: readonly { readonly id: string; readonly outcome: string; readonly reason?: string }[];
}

interface WorkloadReport {
	readonly runs: readonly { readonly workload: string; readonly seed: number; readonly outcome: string }[];
}

const runner = path.join(packageRoot, "dist", "conformance", "runner", "main.js");

async function runAll({ ground: wanted, for: duration, seed }: Options): Promise<number> {
	const folder = mkdtempSync(path.join(tmpdir(), "zkspec-whole-set-"));
	const rows: Row[] = [];
	try {
		for (const ground of wanted) {
			const missing = ground.missing();
			if (missing !== undefined) {
				rows.push({
					ground: ground.name,
					set: "all",
					counts: undefined,
					remarks: [missing],
					wallSeconds: 0,
					exitCode: 0,
				});
				continue;
			}
			const file = path.join(folder, `${ground.name}.json`);
			const only = ground.only.flatMap((glob) => ["--only", glob]);
			rows.push(await scenariosOn(ground, [...only, "--seed", seed], file));
			rows.push(await workloadsOn(ground, ["--all", "--for", duration, "--seed", seed], file));
		}
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
	for (const line of table(rows)) console.log(line);
	return rows.every(({ exitCode }) => exitCode === 0) ? 0 : 1;
}

async function scenariosOn(ground: Ground, options: readonly string[], file: string): Promise<Row> {
	const { exitCode, wallSeconds } = await run([...ground.options, ...options, "--report-json", file]);
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

async function workloadsOn(ground: Ground, options: readonly string[], file: string): Promise<Row> {
	const { exitCode, wallSeconds } = await run(["workload", ...ground.options, ...options, "--report-json", file]);
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

async function run(args: readonly string[]): Promise<{ exitCode: number; wallSeconds: number }> {
	console.log(`> zkspec ${args.join(" ")}`);
	const startMs = performance.now();
	const child = spawn(process.execPath, [runner, ...args], { stdio: "inherit" });
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

function mustBeGround(text: string, chosen: readonly Ground[] | undefined): readonly Ground[] {
	const ground = grounds.find(({ name }) => name === text);
	if (ground === undefined) throw new InvalidArgumentError(`one of ${grounds.map(({ name }) => name).join(", ")}`);
	return [...(chosen === grounds ? [] : (chosen ?? [])), ground];
}

const program = new Command("whole-set")
	.description(
		"All scenarios and all workloads on every ensemble that can be had here, one after the other: what was kept, what was not, how long it took.",
	)
	.option("--ground <name>", `where (repeatable): ${grounds.map(({ name }) => name).join(", ")}`, mustBeGround, grounds)
	.option("--for <duration>", "how long the clients of each workload work", "5s")
	.option("--seed <n>", "of all of them", String(Math.floor(Math.random() * 2 ** 31)))
	.configureHelp({ helpWidth: 120 })
	.addHelpText(
		"after",
		"\nExit codes: 0 all is kept, or violated as the profile says; 1 something is not; 2 wrong use.",
	)
	.exitOverride();

try {
	program.parse();
	process.exitCode = await runAll(program.opts<Options>());
} catch (error) {
	if (!(error instanceof CommanderError)) throw error;
	process.exitCode = error.exitCode === 0 ? 0 : 2;
}
