import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "./exit-code.js";
import { junitOf } from "./junit.js";
import { markdownOf } from "./markdown.js";
import type { Options } from "./options.js";
import type { Report } from "./report.js";

/** Writes the reports that were asked for. */
export function writeReports(report: Report, options: Options): void {
	const { reportJson, reportJunit, reportMarkdown } = options;
	if (reportJson !== undefined) write("--report-json", reportJson, `${JSON.stringify(report, null, "\t")}\n`);
	if (reportJunit !== undefined) write("--report-junit", reportJunit, junitOf(report));
	if (reportMarkdown !== undefined) write("--report-markdown", reportMarkdown, markdownOf(report));
}

/** Called before anything runs: a report that can not be written must not cost a run. */
export function checkReportFiles({ reportJson, reportJunit, reportMarkdown }: Options): void {
	if (reportJson !== undefined) write("--report-json", reportJson, "");
	if (reportJunit !== undefined) write("--report-junit", reportJunit, "");
	if (reportMarkdown !== undefined) write("--report-markdown", reportMarkdown, "");
}

function write(option: string, file: string, text: string): void {
	try {
		mkdirSync(path.dirname(file), { recursive: true });
		writeFileSync(file, text);
	} catch (error) {
		throw new UsageError(`${option} ${file} can not be written: ${(error as Error).message}`);
	}
}
