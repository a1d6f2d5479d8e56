import { clearOutput, writeOutput, writeText } from "../../conformance/runner/output-file.js";
import { describePage } from "../report/html.js";
import { describeMarkdown } from "../report/markdown.js";
import type { Report } from "../report/report.js";
import { writeReport } from "../report/report-file.js";
import type { BenchOptions } from "./options.js";

type Outputs = Pick<BenchOptions, "json" | "markdown" | "html">;

/** Before anything is measured. */
export function clearOutputs({ json, markdown, html }: Outputs): void {
	const outputs = { "--json": json, "--markdown": markdown, "--html": html };
	for (const [option, file] of Object.entries(outputs)) if (file !== undefined) clearOutput(option, file);
}

/** Writes what was asked for, and gives the names of the files. */
export function writeOutputs(report: Report, { json, markdown, html }: Outputs): readonly string[] {
	if (json !== undefined) writeOutput("--json", json, () => writeReport(json, report));
	if (markdown !== undefined) writeText("--markdown", markdown, describeMarkdown(report));
	if (html !== undefined) writeText("--html", html, describePage(report));
	return [json, markdown, html].filter((file) => file !== undefined);
}
