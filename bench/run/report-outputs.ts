import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../../conformance/runner/exit-code.js";
import { describePage } from "../report/html.js";
import { describeMarkdown } from "../report/markdown.js";
import type { Report } from "../report/report.js";
import { writeReport } from "../report/report-file.js";
import type { BenchOptions } from "./options.js";

type Outputs = Pick<BenchOptions, "json" | "markdown" | "html">;

/** @throws UsageError when a folder can not be made; told before anything is measured */
export function checkOutputs({ json, markdown, html }: Outputs): void {
	for (const file of [json, markdown, html]) if (file !== undefined) makeFolder(path.dirname(file));
}

function makeFolder(folder: string): void {
	try {
		mkdirSync(folder, { recursive: true });
	} catch (error) {
		throw new UsageError(`a report can not be written to ${folder}: ${(error as Error).message}`);
	}
}

/** Writes what was asked for, and gives the names of the files. */
export function writeOutputs(report: Report, { json, markdown, html }: Outputs): readonly string[] {
	if (json !== undefined) writeReport(json, report);
	if (markdown !== undefined) writeFileSync(markdown, describeMarkdown(report));
	if (html !== undefined) writeFileSync(html, describePage(report));
	return [json, markdown, html].filter((file) => file !== undefined);
}
