import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { summarizeCell } from "../report/cell-summary.js";
import type { Cell, Report } from "../report/report.js";
import { parseJson, ReportError } from "../report/report-file.js";

const trendSchema = "zkspec-bench-trend/1";

/** One report, in a line of a trend's file: what of it is worth keeping for years. */
export interface TrendEntry {
	readonly schema: typeof trendSchema;
	readonly version: string;
	readonly commit?: string;
	readonly startedAt: string;
	readonly machine: string;
	readonly cells: readonly TrendCell[];
}

/** Absent figures were void or not measured. */
export interface TrendCell {
	readonly id: string;
	readonly workload: string;
	readonly subject: string;
	/** Of the workload: points with another one are no continuation. */
	readonly digest: string;
	readonly operationsPerSecond?: number;
	/** Operations for each frame that an echo server answered: what a faster machine does not change much. */
	readonly echoRatio?: number;
	readonly p99Micros?: number;
	readonly serverCpuMicrosPerOperation?: number;
	readonly named?: Readonly<Record<string, number>>;
}

export function trendEntry(report: Report): TrendEntry {
	return {
		schema: trendSchema,
		version: report.version,
		...(report.commit === undefined ? {} : { commit: report.commit }),
		startedAt: report.startedAt,
		machine: report.environment.machine,
		cells: report.cells.map((cell) => trendCell(cell, report.workloads[cell.workload] ?? "")),
	};
}

function trendCell(cell: Cell, digest: string): TrendCell {
	const place = { id: cell.id, workload: cell.workload, subject: cell.subject, digest };
	const { figures } = summarizeCell(cell);
	if (figures === undefined) return place;
	const { operationsPerSecond, echoRatio, p99Micros, serverCpuMicrosPerOperation: cpu, named } = figures;
	return {
		...place,
		operationsPerSecond: operationsPerSecond.median,
		echoRatio,
		p99Micros,
		...(cpu === undefined ? {} : { serverCpuMicrosPerOperation: cpu }),
		...(Object.keys(named).length === 0 ? {} : { named }),
	};
}

/** Adds a line to the trend's file, which is made where there is none. A report that it has already is not added again. */
export function appendTrend(file: string, report: Report): "added" | "known" {
	mkdirSync(path.dirname(file), { recursive: true });
	appendFileSync(file, "");
	const entry = trendEntry(report);
	const isKnown = readTrend(file).some(
		({ startedAt, machine, commit }) =>
			startedAt === entry.startedAt && machine === entry.machine && commit === entry.commit,
	);
	if (!isKnown) appendFileSync(file, `${JSON.stringify(entry)}\n`);
	return isKnown ? "known" : "added";
}

/**
 * All entries, in the order of their time.
 * @throws ReportError for a line that is no entry; what the file system throws
 */
export function readTrend(file: string): readonly TrendEntry[] {
	const lines = readFileSync(file, "utf8").split("\n");
	const entries = lines.flatMap((line, index) =>
		line.trim() === "" ? [] : [parseEntry(line, `${file}:${index + 1}`)],
	);
	return entries.sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
}

function parseEntry(line: string, place: string): TrendEntry {
	const value = parseJson(place, line);
	const isEntry = (value as TrendEntry | null)?.schema === trendSchema;
	if (!isEntry) throw new ReportError(`${place} is no entry of a benchmark's trend, version 1`);
	return value as TrendEntry;
}
