import { type CellFigures, summarizeCell } from "./cell-summary.js";
import { describeNumber } from "./figure-text.js";
import { paperBarriers, paperCreates, paperSource, paperThroughput } from "./paper.js";
import type { Cell, Report } from "./report.js";
import { subjectsOf } from "./subject-pairs.js";
import { numberColumn, type Table, textColumn } from "./table.js";

const note = `Figures of ${paperSource}, of other machines: what compares is how they change along a row, so most are also told as multiples of one in the same row.`;

/** The paper's tables beside ours, for the workloads that redraw them and were measured. */
export function paperTables(report: Report): readonly Table[] {
	const tables = [throughputTable(report), createTable(report), barrierTable(report)];
	return tables.filter((table) => table !== undefined);
}

/** A row of figures by what stands above the columns. */
interface PaperRow {
	readonly label: string;
	readonly source: string;
	readonly byColumn: Readonly<Record<number, number>>;
}

/** Reads the parameter `reads` (percent) of the workload `read-ratio`. */
function throughputTable(report: Report): Table | undefined {
	const rows = ([100, 0] as const).flatMap((reads) => {
		const label = `${reads} % reads`;
		const own = (subject: string) => cellsOf(report, "read-ratio", subject, { reads });
		const measured = rowsBySubject(report, label, own, "", ({ operationsPerSecond }) => operationsPerSecond.median);
		const projected = rowsBySubject(
			report,
			label,
			own,
			", own cores (projected)",
			(figures) => figures.projectedPerSecond,
		);
		return withPaper({ label, source: "paper", byColumn: paperThroughput[reads] }, [...measured, ...projected]);
	});
	return paperTable("Table 1 of the paper: operations a second by number of servers", rows);
}

/** Reads the parameter `workers` of the workload `create-latency`. */
function createTable(report: Report): Table | undefined {
	const rows = Object.entries(paperCreates).flatMap(([workers, byColumn]) => {
		const label = `${workers} ${workers === "1" ? "worker" : "workers"}`;
		const own = (subject: string) => cellsOf(report, "create-latency", subject, { workers: Number(workers) });
		const measured = rowsBySubject(report, label, own, "", createsPerSecond);
		return withPaper({ label, source: "paper", byColumn }, measured);
	});
	return paperTable("Table 2 of the paper: creates a second by number of servers", rows);
}

function createsPerSecond({ named, operationsPerSecond }: CellFigures): number {
	return named.createsPerSecond ?? operationsPerSecond.median;
}

/**
 * Reads the parameters `barriers` and `clients` of the workload `double-barriers`, and its figure `durationMs`. The time is a
 * multiple of the number of barriers, so that fewer than the paper's do.
 */
function barrierTable(report: Report): Table | undefined {
	const cells = report.cells.filter(({ workload }) => workload === "double-barriers");
	const numbers = [...new Set(cells.map(({ parameters }) => Number(parameters.barriers)))];
	const own = numbers.flatMap((barriers) =>
		rowsBySubject(
			report,
			`${barriers} barriers`,
			(subject) => cellsOf(report, "double-barriers", subject, { barriers }),
			"",
			({ named }) => (named.durationMs === undefined ? undefined : named.durationMs / 1000),
			({ parameters }) => Number(parameters.clients),
		),
	);
	if (own.length === 0) return undefined;
	const paper = Object.entries(paperBarriers).map(
		([barriers, byColumn]): PaperRow => ({ label: `${barriers} barriers`, source: "paper", byColumn }),
	);
	return paperTable("Table 3 of the paper: seconds by number of clients", [...paper, ...own]);
}

function withPaper(paper: PaperRow, own: readonly PaperRow[]): PaperRow[] {
	return own.length === 0 ? [] : [paper, ...own];
}

function cellsOf(report: Report, workload: string, subject: string, parameters: Cell["parameters"]): readonly Cell[] {
	return report.cells.filter(
		(cell) =>
			cell.workload === workload &&
			cell.subject === subject &&
			Object.entries(parameters).every(([name, value]) => Number(cell.parameters[name]) === value),
	);
}

function rowsBySubject(
	report: Report,
	label: string,
	cellsOfSubject: (subject: string) => readonly Cell[],
	suffix: string,
	figure: (figures: CellFigures) => number | undefined,
	columnOf: (cell: Cell) => number = ({ servers }) => servers,
): PaperRow[] {
	return subjectsOf(report).flatMap((subject) => {
		const entries = cellsOfSubject(subject).flatMap((cell) => {
			const { figures } = summarizeCell(cell);
			const value = figures === undefined ? undefined : figure(figures);
			return value === undefined ? [] : [[columnOf(cell), value] as const];
		});
		return entries.length === 0
			? []
			: [{ label, source: `${subject}${suffix}`, byColumn: Object.fromEntries(entries) }];
	});
}

function paperTable(title: string, rows: readonly PaperRow[]): Table | undefined {
	if (rows.length === 0) return undefined;
	const keys = [...new Set(rows.flatMap(({ byColumn }) => Object.keys(byColumn).map(Number)))].sort((a, b) => a - b);
	return {
		title,
		notes: [note],
		columns: [textColumn(""), textColumn("measured on"), ...keys.map((key) => numberColumn(String(key)))],
		rows: rows.map((row) => [row.label, row.source, ...slopeTexts(row.byColumn, keys)]),
	};
}

/** As multiples of the first column that the paper has too, so that rows can be held against each other. */
function slopeTexts(byColumn: Readonly<Record<number, number>>, keys: readonly number[]): string[] {
	const first = keys.find((key) => key >= 3 && byColumn[key] !== undefined);
	const base = first === undefined ? undefined : byColumn[first];
	return keys.map((key) => {
		const value = byColumn[key];
		if (value === undefined) return "";
		return base === undefined || key === first
			? describeNumber(value)
			: `${describeNumber(value)} (× ${(value / base).toFixed(2)})`;
	});
}
