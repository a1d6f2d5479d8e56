import { type CellFigures, ranHere, summarizeCell } from "./cell-summary.js";
import { describeMicros, describeName, describeNamed } from "./figure-text.js";
import type { Axis, Bar, Chart, Point } from "./page/chart.js";
import { percentilesOf } from "./percentiles.js";
import type { Cell, Report } from "./report.js";
import { timeLines } from "./time-lines.js";
import { validityOf } from "./validity.js";
import { parametersOf, varyingParameters } from "./workload-tables.js";

/** All pictures of a report, in the order in which they are shown. Void cells have none. */
export function chartsOf(report: Report): readonly Chart[] {
	const workloads = [...new Set(report.cells.map(({ workload }) => workload))];
	return workloads.flatMap((workload) => {
		const cells = report.cells.filter((cell) => cell.workload === workload && !validityOf(cell).isVoid);
		return [
			...sweeps(workload, cells, report.environment.cores),
			...timeLines(workload, cells),
			...percentiles(workload, cells),
			...costs(workload, cells),
		];
	});
}

interface Sweep {
	readonly title: string;
	readonly notes: readonly string[];
	readonly figure: (
		figures: CellFigures,
	) => { readonly y: number; readonly least: number; readonly most: number } | undefined;
}

const measured: Sweep = {
	title: "throughput",
	notes: [],
	figure: ({ operationsPerSecond: { median, least, most } }) => ({ y: median, least, most }),
};

const projected: Sweep = {
	title: "projected throughput on cores of their own",
	notes: [
		"Not measured: what the busiest server's processor time per operation would allow, one core for each server and nothing else on it.",
	],
	figure: ({ projectedPerSecond }) =>
		projectedPerSecond === undefined
			? undefined
			: { y: projectedPerSecond, least: projectedPerSecond, most: projectedPerSecond },
};

/** One picture for each parameter that varies, with the others as lines, measured and then projected. */
function sweeps(workload: string, cells: readonly Cell[], cores: number): Chart[] {
	const varying = varyingParameters(cells).filter((name) => cells.every((cell) => isNumber(parametersOf(cell)[name])));
	const here = cells.every(ranHere) ? `, everything on ${cores} cores` : "";
	const where = (sweep: Sweep) => (sweep === measured ? here : ", projected");
	return [measured, projected].flatMap((sweep) =>
		varying.flatMap((name) => {
			const points = cells.flatMap((cell) => sweepPoint(sweep, cell, name, varying));
			const title = `${workload}: ${sweep.title} by ${name}`;
			return points.length === 0 ? [] : [sweepChart(title, sweep, name, where(sweep), points)];
		}),
	);
}

function sweepChart(title: string, sweep: Sweep, name: string, where: string, points: readonly Point[]): Chart {
	const x: Axis = { label: axisLabels[name] ?? name, scale: "steps", unit: "number" };
	const y: Axis = { label: `operations a second${where}`, scale: "linear", unit: "number" };
	return { title, notes: sweep.notes, picture: { kind: "lines", x, y, series: "", points } };
}

const axisLabels: Readonly<Record<string, string>> = { reads: "reads, percent", bytes: "bytes a value" };

function isNumber(value: unknown): value is number {
	return typeof value === "number";
}

function sweepPoint({ figure }: Sweep, cell: Cell, name: string, varying: readonly string[]): Point[] {
	const { figures } = summarizeCell(cell);
	const value = figures === undefined ? undefined : figure(figures);
	if (value === undefined) return [];
	const others = varying.filter((other) => other !== name);
	// With nothing else to tell lines apart, subjects are lines in one picture.
	const place =
		others.length === 0
			? { series: cell.subject, facet: "" }
			: { series: describeParameters(cell, others), facet: cell.subject };
	return [{ ...value, ...place, x: Number(parametersOf(cell)[name]), choice: "" }];
}

/** `3 servers, reads 90`. */
function describeParameters(cell: Cell, names: readonly string[]): string {
	const parameters = parametersOf(cell);
	const texts = names.map((name) => (name === "servers" ? describeServers(cell) : `${name} ${parameters[name]}`));
	return texts.join(", ") || "all";
}

function describeServers({ servers }: Cell): string {
	return servers === 1 ? "1 server" : `${servers} servers`;
}

function percentiles(workload: string, cells: readonly Cell[]): Chart[] {
	const varying = varyingParameters(cells);
	const points = cells.flatMap((cell) =>
		percentilesOf(validityOf(cell).rounds.map(({ load }) => load.latency)).map(
			({ nines, micros }): Point => ({
				x: nines,
				y: micros,
				least: micros,
				most: micros,
				series: cell.subject,
				facet: "",
				choice: describeParameters(cell, varying),
			}),
		),
	);
	const x: Axis = { label: "percentile", scale: "percentile", unit: "number" };
	const y: Axis = { label: "latency", scale: "log", unit: "micros" };
	const chart: Chart = {
		title: `${workload}: latency by percentile`,
		notes: ["All rounds that count together."],
		picture: { kind: "lines", x, y, series: "", points },
	};
	return points.length === 0 ? [] : [chart];
}

/** Processor time of each role, and figures that only this workload has. */
function costs(workload: string, cells: readonly Cell[]): Chart[] {
	const varying = varyingParameters(cells);
	const names = [...new Set(cells.flatMap((cell) => Object.keys(summarizeCell(cell).figures?.named ?? {})))];
	const named = names.map((name) =>
		barChart(
			`${workload}: ${describeName(name)}`,
			name,
			cells.flatMap((cell) => namedBars(cell, name, varying)),
		),
	);
	const cpu = barChart(
		`${workload}: processor time of the servers by role`,
		"microseconds an operation",
		cells.flatMap((cell) => roleBars(cell, varying)),
	);
	return [...named, cpu].filter((chart) => chart !== undefined);
}

function barChart(title: string, label: string, bars: readonly Bar[]): Chart | undefined {
	const x: Axis = { label, scale: "linear", unit: "number" };
	return bars.length === 0 ? undefined : { title, notes: [], picture: { kind: "bars", x, bars } };
}

function namedBars(cell: Cell, name: string, varying: readonly string[]): Bar[] {
	const value = summarizeCell(cell).figures?.named[name];
	const label = describeParameters(cell, varying);
	if (value === undefined) return [];
	return [{ label, subject: cell.subject, part: describeName(name), value, text: describeNamed(name, value) }];
}

function roleBars(cell: Cell, varying: readonly string[]): Bar[] {
	const label = describeParameters(cell, varying);
	return (summarizeCell(cell).figures?.roles ?? []).flatMap(({ role, servers, cpuMicrosPerOperation }) => {
		const part = role === "follower" || role === "observer" ? `all ${role}s` : role;
		const value = (cpuMicrosPerOperation ?? 0) * servers;
		const text = describeMicros(value);
		return cpuMicrosPerOperation === undefined ? [] : [{ label, subject: cell.subject, part, value, text }];
	});
}
