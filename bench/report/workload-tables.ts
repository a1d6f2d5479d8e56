import { type CellFigures, type CellSummary, type Role, ranHere, summarizeCell } from "./cell-summary.js";
import { describeBytes, describeMicros, describeName, describeNamed, describeNumber } from "./figure-text.js";
import type { Cell, Report } from "./report.js";
import { type Column, numberColumn, type Table, textColumn, withoutEmptyColumns } from "./table.js";

/** One table a workload, one row a cell; what is equal in all rows is said above. */
export function workloadTables(report: Report): readonly Table[] {
	const workloads = [...new Set(report.cells.map(({ workload }) => workload))];
	return workloads.map((workload) =>
		workloadTable(
			report.environment.cores,
			workload,
			report.cells.filter((cell) => cell.workload === workload),
		),
	);
}

function workloadTable(cores: number, workload: string, cells: readonly Cell[]): Table {
	const varying = varyingParameters(cells);
	const names = [...new Set(cells.flatMap(figureNames))];
	const columns = [
		...varying.map((name) => (isNumeric(name, cells) ? numberColumn(name) : textColumn(name))),
		textColumn("subject"),
		numberColumn("cores"),
		...figureColumns,
		...names.map((name) => numberColumn(describeName(name))),
		textColumn("void"),
	];
	const rows = cells.map((cell) => [
		...varying.map((name) => parameterText(cell, name)),
		cell.subject,
		ranHere(cell) ? String(cores) : "",
		...cellTexts(summarizeCell(cell), names),
	]);
	return withoutEmptyColumns({ title: workload, notes: notesOf(cells, varying), columns, rows });
}

/** `servers` counts as a parameter, whether or not it is named among them. */
export function parametersOf(cell: Cell): Readonly<Record<string, number | string>> {
	return { servers: cell.servers, ...cell.parameters };
}

/** Names of the parameters that are not the same in all of these cells, in the order of their first mention. */
export function varyingParameters(cells: readonly Cell[]): readonly string[] {
	const names = [...new Set(cells.flatMap((cell) => Object.keys(parametersOf(cell))))];
	return names.filter((name) => new Set(cells.map((cell) => parametersOf(cell)[name])).size > 1);
}

/** The workload with what varies in it: what tells this cell from the report's others. */
export function cellLabel(cell: Cell, report: Report): string {
	const varying = varyingParameters(report.cells.filter(({ workload }) => workload === cell.workload));
	return [cell.workload, ...varying.map((name) => `${name}=${parameterText(cell, name)}`)].join(" ");
}

function parameterText(cell: Cell, name: string): string {
	return String(parametersOf(cell)[name] ?? "");
}

function isNumeric(name: string, cells: readonly Cell[]): boolean {
	return cells.every((cell) => typeof parametersOf(cell)[name] === "number");
}

function figureNames({ rounds }: Cell): readonly string[] {
	return rounds.flatMap(({ figures = {} }) => Object.keys(figures));
}

function notesOf(cells: readonly Cell[], varying: readonly string[]): string[] {
	const [first] = cells;
	if (first === undefined) return [];
	const shared = Object.entries(parametersOf(first)).filter(([name]) => !varying.includes(name));
	return [`In all rows: ${shared.map(([name, value]) => `${name} ${value}`).join(", ")}.`].filter(
		() => shared.length > 0,
	);
}

const figureColumns: readonly Column[] = [
	"ops/s",
	"least to most",
	"rounds",
	"p50",
	"p99",
	"server CPU µs/op",
	"leader",
	"follower",
	"observer",
	"memory",
	"client CPU µs/op",
	"× echo",
	"own cores: ops/s",
].map(numberColumn);

function cellTexts(summary: CellSummary, names: readonly string[]): string[] {
	const { figures, voidReasons, roundsCounted, cell } = summary;
	const rounds =
		roundsCounted === cell.rounds.length ? String(roundsCounted) : `${roundsCounted} of ${cell.rounds.length}`;
	if (figures === undefined) {
		const blanks = figureColumns.map(({ title }) => (title === "ops/s" ? "void" : title === "rounds" ? rounds : ""));
		return [...blanks, ...names.map(() => ""), voidReasons.join("; ")];
	}
	const named = names.map((name) => maybeText(figures.named[name], (value) => describeNamed(name, value)));
	return [...figureTexts(figures, rounds), ...named, voidReasons.join("; ")];
}

/** In the order of `figureColumns`. */
function figureTexts(figures: CellFigures, rounds: string): string[] {
	const { median, least, most } = figures.operationsPerSecond;
	return [
		describeNumber(median),
		least === most ? "" : `${describeNumber(least)} to ${describeNumber(most)}`,
		rounds,
		describeMicros(figures.p50Micros),
		describeMicros(figures.p99Micros),
		maybeText(figures.serverCpuMicrosPerOperation, describeNumber),
		roleText(figures, "leader"),
		roleText(figures, "follower"),
		roleText(figures, "observer"),
		memoryText(figures),
		describeNumber(figures.clientCpuMicrosPerOperation),
		figures.echoRatio.toFixed(2),
		maybeText(figures.projectedPerSecond, describeNumber),
	];
}

function roleText({ roles }: CellFigures, role: Role): string {
	return maybeText(roles.find((cost) => cost.role === role)?.cpuMicrosPerOperation, describeNumber);
}

/** Of the largest kind of server. */
function memoryText({ roles }: CellFigures): string {
	const known = roles.map(({ memoryBytes }) => memoryBytes).filter((bytes) => bytes !== undefined);
	return known.length === 0 ? "" : describeBytes(Math.max(...known));
}

function maybeText(value: number | undefined, describe: (value: number) => string): string {
	return value === undefined ? "" : describe(value);
}
