import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { AnySchemaObject } from "ajv";
import { packageRoot } from "../../spec/load/package-root.js";
import { findProblems } from "../../spec/load/schema-problems.js";
import type { Report } from "./report.js";

/** A file that is no report of this version, or a report that must not be written; the message says where and why. */
export class ReportError extends Error {
	override readonly name = "ReportError";
}

const schemaFile = path.join(packageRoot, "bench", "report", "schema", "report.v1.json");
const problemsToldMax = 5;

/**
 * Writes a report as JSON, after the published schema has agreed (`bench/report/schema/report.v1.json`).
 * @throws ReportError for a report that does not fit, such as one with a figure that is not a number
 */
export function writeReport(file: string, report: Report): void {
	const text = `${JSON.stringify(report, null, "\t")}\n`;
	// The text and not the object: what is no number has become null there, and must not reach the file.
	checkReport(file, JSON.parse(text));
	mkdirSync(path.dirname(file), { recursive: true });
	if (existsSync(file) && !statSync(file).isFile()) {
		// Who says /dev/stdout does not want a file in its place.
		writeFileSync(file, text);
		return;
	}
	const written = `${file}.part`;
	writeFileSync(written, text);
	renameSync(written, file);
}

/** @throws ReportError for what is not a report of this version; what the file system throws. */
export function readReport(file: string): Report {
	const value = parseJson(file, readFileSync(file, "utf8"));
	checkReport(file, value);
	return value as Report;
}

/** @throws ReportError naming the place that the text is from */
export function parseJson(place: string, text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		if (error instanceof SyntaxError) throw new ReportError(`${place} is not JSON: ${error.message}`);
		throw error;
	}
}

function checkReport(file: string, value: unknown): void {
	const problems = findProblems(JSON.parse(readFileSync(schemaFile, "utf8")) as AnySchemaObject, value);
	if (problems.length === 0) return;
	const told = problems
		.slice(0, problemsToldMax)
		.map(({ path: at, text }) => `  at ${at.join(".") || "the top"}: ${text}`);
	const more = problems.length > told.length ? [`  and ${problems.length - told.length} more`] : [];
	throw new ReportError([`${file} is no benchmark report of version 1:`, ...told, ...more].join("\n"));
}
