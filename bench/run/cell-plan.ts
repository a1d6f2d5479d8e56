import type { Parameters, Workload } from "./workload.js";

/** One point that is to be measured, for every subject alike. */
export interface CellPlan {
	/** `read-ratio servers=3 reads=90` */
	readonly id: string;
	readonly workload: Workload;
	readonly servers: number;
	readonly rounds: number;
	readonly parameters: Parameters;
}

/** What the command line says instead of the workloads. */
export interface Overrides {
	readonly servers: readonly number[] | undefined;
	readonly rounds: number | undefined;
	/** One value, or several that are swept. */
	readonly parameters: Readonly<Partial<Record<keyof Parameters, readonly unknown[]>>>;
}

/** All cells of a workload, by number of servers, then in the order of its sweep. */
export function cellPlans(workload: Workload, overrides: Overrides): readonly CellPlan[] {
	const given = withoutUndefined(overrides.parameters);
	const varied = { ...withoutRivals(workload.sweep, given), ...given };
	const points = combinations(Object.entries(varied));
	const sizes = overrides.servers ?? workload.servers;
	return sizes.flatMap((servers) =>
		points.map((point) => ({
			id: cellId(workload.name, servers, point),
			workload,
			servers,
			rounds: overrides.rounds ?? workload.rounds,
			parameters: { ...withoutRivals(workload.parameters, point), ...point },
		})),
	);
}

/** What an override replaces although it has another name. */
const rivals: Readonly<Record<string, string>> = {
	reads: "mix",
	mix: "reads",
	window: "rate",
	rate: "window",
	bytes: "sizes",
	sizes: "bytes",
};

function withoutRivals<T extends object>(own: T, given: Readonly<Record<string, unknown>>): Partial<T> {
	const replaced = new Set(Object.keys(given).map((name) => rivals[name]));
	return Object.fromEntries(Object.entries(own).filter(([name]) => !replaced.has(name))) as Partial<T>;
}

type Point = Readonly<Record<string, unknown>>;

/** Parameters that only say how long is measured do not make another cell. */
const unnamed = new Set(["forMs", "warmUpMs", "sampleMs", "sliceMs"]);

function cellId(name: string, servers: number, point: Point): string {
	const named = Object.entries(point).filter(([key]) => !unnamed.has(key));
	return [name, `servers=${servers}`, ...named.map(([key, value]) => `${key}=${shortText(value)}`)].join(" ");
}

function combinations(lists: readonly (readonly [string, readonly unknown[]])[]): Point[] {
	return lists.reduce<Point[]>(
		(points, [name, values]) => points.flatMap((point) => values.map((value) => ({ ...point, [name]: value }))),
		[{}],
	);
}

function withoutUndefined(given: Overrides["parameters"]): Readonly<Record<string, readonly unknown[]>> {
	return Object.fromEntries(Object.entries(given).filter(([, values]) => values !== undefined));
}

/** For reports: numbers and short texts. */
export function shownParameters({ servers, parameters }: CellPlan): Readonly<Record<string, number | string>> {
	const shown = Object.entries(parameters).filter(([name]) => name !== "events");
	return { servers, ...Object.fromEntries(shown.map(([name, value]) => [name, numberOrText(value)])) };
}

function numberOrText(value: unknown): number | string {
	return typeof value === "number" ? value : shortText(value);
}

function shortText(value: unknown): string {
	if (Array.isArray(value)) return value.map(shortText).join("-");
	if (typeof value !== "object" || value === null) return String(value);
	return Object.entries(value)
		.map(([key, part]) => `${key}:${shortText(part)}`)
		.join(",");
}
