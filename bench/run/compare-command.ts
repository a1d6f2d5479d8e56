import { Command, InvalidArgumentError } from "commander";
import { UsageError } from "../../conformance/runner/exit-code.js";
import { writeText } from "../../conformance/runner/output-file.js";
import { type Comparison, compareRuns, compareSubjects, type Wish } from "../compare/comparison.js";
import { comparisonTable, describeComparison, describeMethod, describeOutcome } from "../compare/comparison-text.js";
import { exitCodeOf } from "../compare/verdict.js";
import type { Report } from "../report/report.js";
import { ReportError, readReport } from "../report/report-file.js";
import { textTable } from "./text-table.js";

interface Flags {
	readonly failOver: number;
	readonly confidence: number;
	readonly gate?: readonly string[];
	readonly subjects: readonly [base: string, head: string];
	readonly markdown?: string;
}

const helpAfter = `
One report: two builds that were measured in turns (npm run bench -- --against ../base --rounds 12 --json two.json),
which a noisy machine disturbs least. Two reports: the same machine at two times; each round is related to what the
machine could do just before.

A regression is a figure that decides and whose whole interval lies beyond --fail-over. Throughput decides, the time of
requests where a workload gives their rate, and a workload's own figures where it has any.

Exit codes: 0 same or better, 1 regression, 2 wrong use, 3 not comparable (another machine, another workload, a void or
missing cell).
`;

/** `compare base.json head.json`, or `compare two.json`. */
export async function compareCommand(args: readonly string[]): Promise<number> {
	const command = makeCommand().parse([...args], { from: "user" });
	const flags = command.opts<Flags>();
	const comparison = compareFiles(command.args, flags);
	process.stdout.write(`${describeForTerminal(comparison)}\n`);
	if (flags.markdown !== undefined) writeText("--markdown", flags.markdown, describeComparison(comparison));
	return exitCodeOf(comparison);
}

function makeCommand(): Command {
	return new Command("bench compare")
		.usage("<report.json> [head.json] [options]")
		.description("Has a change made servers slower?")
		.argument("<report>", "of base; or of both, measured in turns")
		.argument("[head]", "report of head")
		.option("--fail-over <share>", "the loss that is no regression yet", parseShare, 0.05)
		.option("--confidence <share>", "of each interval", parseShare, 0.95)
		.option("--gate <figure,...>", "figures that decide: throughput, p99, server CPU, or a workload's own", parseNames)
		.option("--subjects <base,head>", "in a report of both", parseSubjects, ["base", "head"])
		.option("--markdown <file>", "for a pull request")
		.addHelpText("after", helpAfter)
		.configureHelp({ helpWidth: 120 })
		.exitOverride()
		.configureOutput({ writeErr: () => undefined });
}

function parseShare(text: string): number {
	const found = /^(\d+(?:\.\d+)?)(%?)$/.exec(text);
	const share = Number(found?.[1] ?? Number.NaN) / (found?.[2] === "%" ? 100 : 1);
	if (share > 0 && share < 1) return share;
	throw new InvalidArgumentError("Expected a share such as 5% or 0.05.");
}

function parseNames(text: string): readonly string[] {
	return text.split(",").map((name) => name.trim());
}

function parseSubjects(text: string): readonly string[] {
	const names = parseNames(text);
	if (names.length === 2 && names.every((name) => name !== "")) return names;
	throw new InvalidArgumentError("Expected two subjects such as apache-3.8.0,reference.");
}

function compareFiles([base = "", head]: readonly string[], flags: Flags): Comparison {
	const { failOver, confidence, gate, subjects } = flags;
	const wish: Wish = { threshold: failOver, confidence, ...(gate === undefined ? {} : { gate }) };
	if (head !== undefined) return compareRuns(read(base), read(head), wish);
	return compareSubjects(read(base), subjects[0], subjects[1], wish);
}

function read(file: string): Report {
	try {
		return readReport(file);
	} catch (error) {
		if (error instanceof ReportError) throw new UsageError(error.message);
		if ((error as NodeJS.ErrnoException).code === undefined) throw error;
		throw new UsageError(`${file} can not be read: ${(error as Error).message}`);
	}
}

function describeForTerminal(comparison: Comparison): string {
	const table = comparisonTable(describeMethod(comparison), comparison, () => true);
	const parts = [textTable(table).join("\n"), ...comparison.obstacles, describeOutcome(comparison)];
	return parts.join("\n\n");
}
