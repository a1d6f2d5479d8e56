import { markdownOf } from "./markdown.js";
import type { Options } from "./options.js";
import { clearOutput, writeText } from "./output-file.js";
import type { Report } from "./report.js";

/** Writes the reports that were asked for; what writes XML is loaded for them alone. */
export async function writeReports(report: Report, options: Options): Promise<void> {
	const { reportJson, reportJunit, reportMarkdown } = options;
	if (reportJson !== undefined) writeText("--report-json", reportJson, `${JSON.stringify(report, null, "\t")}\n`);
	if (reportJunit !== undefined) {
		const { junitOf } = await import("./junit.js");
		writeText("--report-junit", reportJunit, junitOf(report));
	}
	if (reportMarkdown !== undefined) writeText("--report-markdown", reportMarkdown, markdownOf(report));
}

/** Before anything runs. */
export function clearReports({ reportJson, reportJunit, reportMarkdown }: Options): void {
	const reports = { "--report-json": reportJson, "--report-junit": reportJunit, "--report-markdown": reportMarkdown };
	for (const [option, file] of Object.entries(reports)) if (file !== undefined) clearOutput(option, file);
}
