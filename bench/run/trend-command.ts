import { Command } from "commander";
import { UsageError } from "../../conformance/runner/exit-code.js";
import { writeText } from "../../conformance/runner/output-file.js";
import { appendTrend, readTrend } from "../compare/trend.js";
import { describeTrend, describeTrendPage } from "../compare/trend-text.js";
import { ReportError, readReport } from "../report/report-file.js";
import { exitCodes } from "./exit-code.js";

interface Flags {
	readonly add: readonly string[];
	readonly markdown?: string;
	readonly html?: string;
}

const helpAfter = `
The file has a JSON object a line, one for each report; keep it where CI can fetch it. Without --markdown and --html the
Markdown goes to the terminal.

Exit codes: 0 done, 2 wrong use.
`;

/** `trend trend.jsonl --add report.json --html trend.html` */
export async function trendCommand(args: readonly string[]): Promise<number> {
	const command = makeCommand().parse([...args], { from: "user" });
	const { add, markdown, html } = command.opts<Flags>();
	try {
		follow(command.args[0] ?? "", add, markdown, html);
	} catch (error) {
		if (error instanceof ReportError) throw new UsageError(error.message);
		if ((error as NodeJS.ErrnoException).code === undefined) throw error;
		throw new UsageError((error as Error).message);
	}
	return exitCodes.ok;
}

function follow(file: string, add: readonly string[], markdown: string | undefined, html: string | undefined): void {
	for (const report of add) {
		const outcome = appendTrend(file, readReport(report));
		if (outcome === "known") process.stdout.write(`${report} is in ${file} already\n`);
	}
	const entries = readTrend(file);
	if (markdown !== undefined) writeText("--markdown", markdown, describeTrend(entries));
	if (html !== undefined) writeText("--html", html, describeTrendPage(entries));
	if (markdown === undefined && html === undefined) process.stdout.write(describeTrend(entries));
}

function makeCommand(): Command {
	return new Command("bench trend")
		.usage("<trend.jsonl> [options]")
		.description("How figures have changed over many reports.")
		.argument("<file>", "of the trend; made by the first --add")
		.option("--add <report.json>", "a report to be added (repeatable)", (text, all: string[]) => [...all, text], [])
		.option("--markdown <file>", "tables")
		.option("--html <file>", "one page with charts")
		.addHelpText("after", helpAfter)
		.configureHelp({ helpWidth: 120 })
		.exitOverride()
		.configureOutput({ writeErr: () => undefined });
}
