import { describeMicros, describeName, describeNumber } from "../report/figure-text.js";
import type { Chart, Point } from "../report/page/chart.js";
import { pageHtml } from "../report/page-frame.js";
import { numberColumn, type Table, tableMarkdown, textColumn } from "../report/table.js";
import type { TrendCell, TrendEntry } from "./trend.js";

/** The whole trend as GitHub's Markdown: the first, the one before the last, and the last of every cell. */
export function describeTrend(entries: readonly TrendEntry[]): string {
	const parts = [
		"# Benchmark: trend",
		trendNote(entries),
		...trendTables(entries).map((table) => tableMarkdown(table, 2)),
	];
	return `${parts.join("\n\n")}\n`;
}

/** The same with a picture for each workload and subject, as one page. */
export function describeTrendPage(entries: readonly TrendEntry[]): string {
	return pageHtml({
		title: "Benchmark of ZooKeeper servers: trend",
		facts: [["reports", String(entries.length)]],
		warnings: { title: "", notes: [] },
		notes: [trendNote(entries)],
		firstTables: [],
		charts: trendCharts(entries),
		tables: trendTables(entries),
	});
}

function trendNote(entries: readonly TrendEntry[]): string {
	const machines = new Set(entries.map(({ machine }) => machine)).size;
	const where = machines > 1 ? `, on ${machines} machines, which are never compared with each other` : "";
	return `${entries.length} reports${where}. × echo is the share of what a bare echo server answered just before; it hardly depends on how fast the machine was that day.`;
}

/** Every figure that a trend follows, with how it is told. */
interface Followed {
	readonly title: string;
	readonly of: (cell: TrendCell) => number | undefined;
}

const followed: readonly Followed[] = [
	{ title: "× echo", of: ({ echoRatio }) => echoRatio },
	{ title: "operations a second", of: ({ operationsPerSecond }) => operationsPerSecond },
	{ title: "p99, microseconds", of: ({ p99Micros }) => p99Micros },
	{ title: "server CPU, microseconds an operation", of: (cell) => cell.serverCpuMicrosPerOperation },
];

interface Line {
	readonly workload: string;
	readonly subject: string;
	readonly machine: string;
	/** The cell without its workload's name. */
	readonly name: string;
	readonly points: readonly { readonly entry: TrendEntry; readonly cell: TrendCell }[];
}

/** Cells that continue each other: of the same name, subject, machine and workload file. */
function linesOf(entries: readonly TrendEntry[]): readonly Line[] {
	const digests = digestsById(entries);
	const lines = new Map<string, Line>();
	for (const entry of entries) {
		for (const cell of entry.cells) {
			const { id, workload, subject, digest } = cell;
			const key = JSON.stringify([entry.machine, id, subject, digest]);
			const name = nameOf(cell, digests.get(id)?.size ?? 1);
			const line = lines.get(key) ?? { workload, subject, machine: entry.machine, name, points: [] };
			lines.set(key, { ...line, points: [...line.points, { entry, cell }] });
		}
	}
	return [...lines.values()];
}

function digestsById(entries: readonly TrendEntry[]): ReadonlyMap<string, ReadonlySet<string>> {
	const digests = new Map<string, Set<string>>();
	for (const { id, digest } of entries.flatMap(({ cells }) => cells)) {
		digests.set(id, (digests.get(id) ?? new Set()).add(digest));
	}
	return digests;
}

function nameOf({ id, workload, digest }: TrendCell, versions: number): string {
	const name = id.startsWith(`${workload} `) ? id.slice(workload.length + 1) : id;
	return versions > 1 ? `${name} (workload ${digest.slice(0, 6)})` : name;
}

function trendTables(entries: readonly TrendEntry[]): readonly Table[] {
	return grouped(linesOf(entries)).map(([title, lines]) => ({
		title,
		notes: [],
		columns: [
			textColumn("cell"),
			textColumn("machine"),
			numberColumn("reports"),
			numberColumn("ops/s"),
			numberColumn("p99"),
			numberColumn("× echo: first"),
			numberColumn("before"),
			numberColumn("last"),
			numberColumn("last to before"),
			numberColumn("last to first"),
		],
		rows: lines.map(rowOf),
	}));
}

function grouped(lines: readonly Line[]): readonly (readonly [title: string, lines: readonly Line[]])[] {
	const titles = [...new Set(lines.map(titleOf))];
	return titles.map((title) => [title, lines.filter((line) => titleOf(line) === title)]);
}

function titleOf({ workload, subject }: Line): string {
	return `${workload}: ${subject}`;
}

function rowOf({ name, machine, points }: Line): string[] {
	const ratios = points.map(({ cell }) => cell.echoRatio).filter((ratio) => ratio !== undefined);
	const [first, before, last] = [ratios[0], ratios.at(-2), ratios.at(-1)];
	const cell = points.at(-1)?.cell;
	return [
		name,
		machine.slice(0, 8),
		String(points.length),
		textOf(cell?.operationsPerSecond, describeNumber),
		textOf(cell?.p99Micros, describeMicros),
		...[first, before, last].map((ratio) => textOf(ratio, (value) => value.toFixed(3))),
		changeText(before, last),
		changeText(first, last),
	];
}

function textOf(value: number | undefined, describe: (value: number) => string): string {
	return value === undefined ? "void" : describe(value);
}

function changeText(from: number | undefined, to: number | undefined): string {
	if (from === undefined || to === undefined) return "";
	const percent = 100 * (to / from - 1);
	return `${percent < 0 ? "-" : "+"}${Math.abs(percent).toFixed(1)} %`;
}

function trendCharts(entries: readonly TrendEntry[]): readonly Chart[] {
	return grouped(linesOf(entries)).map(([title, lines]) => ({
		title,
		notes: [],
		picture: {
			kind: "lines",
			x: { label: "time", scale: "time", unit: "number" },
			y: { label: "", scale: "linear", unit: "number" },
			series: "",
			points: figuresOf(lines).flatMap((figure) => lines.flatMap((line) => pointsOf(line, figure))),
		},
	}));
}

/** What all follow, then the figures that only this workload has. */
function figuresOf(lines: readonly Line[]): readonly Followed[] {
	const cells = lines.flatMap(({ points }) => points.map(({ cell }) => cell));
	const names = [...new Set(cells.flatMap(({ named = {} }) => Object.keys(named)))];
	return [...followed, ...names.map((name) => ({ title: `${describeName(name)} (${name})`, of: namedFigure(name) }))];
}

function namedFigure(name: string): Followed["of"] {
	return ({ named }) => named?.[name];
}

function pointsOf({ name, machine, points }: Line, { title, of }: Followed): Point[] {
	return points.flatMap(({ entry, cell }) => {
		const y = of(cell);
		if (y === undefined) return [];
		const label = entry.commit === undefined ? entry.version : `${entry.version}, ${entry.commit.slice(0, 12)}`;
		const x = Date.parse(entry.startedAt);
		return [{ x, y, least: y, most: y, series: name, facet: `machine ${machine.slice(0, 8)}`, choice: title, label }];
	});
}
