import { maybeMedian, median } from "./median.js";
import type { Cell, Round, ServerCost } from "./report.js";
import { validityOf } from "./validity.js";

/** Over the rounds that count. */
export interface Spread {
	readonly median: number;
	readonly least: number;
	readonly most: number;
}

export type Role = ServerCost["role"];

/** One server of this role, or the mean of several. */
export interface RoleCost {
	readonly role: Role;
	/** Servers of this role, in the first of the rounds. */
	readonly servers: number;
	readonly cpuMicrosPerOperation?: number;
	readonly memoryBytes?: number;
}

/** What a cell's rounds come to; absent figures were not measured, or every round is void. */
export interface CellSummary {
	readonly cell: Cell;
	readonly roundsCounted: number;
	readonly isVoid: boolean;
	readonly voidReasons: readonly string[];
	readonly figures?: CellFigures;
}

/** Medians over the rounds that count. */
export interface CellFigures {
	readonly operationsPerSecond: Spread;
	readonly p50Micros: number;
	readonly p99Micros: number;
	readonly p999Micros: number;
	/** Operations for each frame that a bare echo server answered in the same round. */
	readonly echoRatio: number;
	readonly clientCpuMicrosPerOperation: number;
	/** Of the busiest worker, in the busiest round. */
	readonly clientUtilization: number;
	/** Of all servers together. */
	readonly serverCpuMicrosPerOperation?: number;
	readonly roles: readonly RoleCost[];
	/** Operations a second at which the busiest server fills one core, were each server alone on one. Not measured. */
	readonly projectedPerSecond?: number;
	/** Those that only this workload has. */
	readonly named: Readonly<Record<string, number>>;
}

/** Whether its servers are known to have run on the report's machine: of others nobody knows what they used. */
export function ranHere({ rounds }: Cell): boolean {
	return rounds.some(({ servers }) => servers.some(({ cpuMicros }) => cpuMicros !== undefined));
}

export function summarizeCell(cell: Cell): CellSummary {
	const { rounds, reasons, isVoid } = validityOf(cell);
	const summary = { cell, roundsCounted: rounds.length, isVoid, voidReasons: reasons };
	return rounds.length === 0 ? summary : { ...summary, figures: figuresOf(rounds) };
}

function figuresOf(rounds: readonly Round[]): CellFigures {
	const over = (figure: (round: Round) => number) => median(rounds.map(figure));
	const serverCpu = maybeMedian(rounds.map(serverCpuMicrosPerOperation));
	const projected = maybeMedian(rounds.map(projectedPerSecond));
	return {
		operationsPerSecond: spreadOf(rounds.map(({ load }) => load.operationsPerSecond)),
		p50Micros: over(({ load }) => load.latency.p50Micros),
		p99Micros: over(({ load }) => load.latency.p99Micros),
		p999Micros: over(({ load }) => load.latency.p999Micros),
		echoRatio: over(({ load, calibration }) => load.operationsPerSecond / calibration.echoesPerSecond),
		clientCpuMicrosPerOperation: over(({ load }) => load.client.cpuMicrosPerOperation),
		clientUtilization: Math.max(...rounds.map(({ load }) => load.client.utilization)),
		...(serverCpu === undefined ? {} : { serverCpuMicrosPerOperation: serverCpu }),
		roles: rolesOf(rounds),
		...(projected === undefined ? {} : { projectedPerSecond: projected }),
		named: namedOf(rounds),
	};
}

function spreadOf(values: readonly number[]): Spread {
	return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}

/** Of all servers of the round; absent when that of one is not known. */
export function serverCpuMicrosPerOperation({ servers }: Round): number | undefined {
	const costs = servers.map((server) => server.cpuMicrosPerOperation);
	if (costs.length === 0 || costs.includes(undefined)) return undefined;
	return costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0);
}

function projectedPerSecond(round: Round): number | undefined {
	if (serverCpuMicrosPerOperation(round) === undefined) return undefined;
	const busiest = Math.max(...round.servers.map(({ cpuMicrosPerOperation = 0 }) => cpuMicrosPerOperation));
	return busiest > 0 ? 1e6 / busiest : undefined;
}

const roleOrder: readonly Role[] = ["standalone", "leader", "follower", "observer"];

function rolesOf(rounds: readonly Round[]): RoleCost[] {
	const servers = rounds.flatMap((round) => round.servers);
	const present = roleOrder.filter((role) => servers.some((server) => server.role === role));
	return present.map((role) => roleCost(role, rounds));
}

function roleCost(role: Role, rounds: readonly Round[]): RoleCost {
	const meansOf = (figure: (server: ServerCost) => number | undefined) =>
		maybeMedian(rounds.map(({ servers }) => maybeMean(servers.filter((server) => server.role === role).map(figure))));
	const cpu = meansOf((server) => server.cpuMicrosPerOperation);
	const memory = meansOf((server) => server.memoryBytes);
	const count = rounds[0]?.servers.filter((server) => server.role === role).length ?? 0;
	return {
		role,
		servers: count,
		...(cpu === undefined ? {} : { cpuMicrosPerOperation: cpu }),
		...(memory === undefined ? {} : { memoryBytes: memory }),
	};
}

function maybeMean(values: readonly (number | undefined)[]): number | undefined {
	const known = values.filter((value) => value !== undefined);
	return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function namedOf(rounds: readonly Round[]): Readonly<Record<string, number>> {
	const names = new Set(rounds.flatMap(({ figures = {} }) => Object.keys(figures)));
	const entries = [...names].map((name) => [name, maybeMedian(rounds.map(({ figures }) => figures?.[name]))] as const);
	return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
