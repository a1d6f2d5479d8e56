import { build, encodeIntoCompressedBase64 } from "hdr-histogram-js";
import { seededRandom } from "../../../conformance/client/random.js";
import type { Latency, LoadResult, Sample } from "../../load/contract.js";
import type { Calibration, Cell, Environment, Report, Round, ServerCost } from "../report.js";
import { normal, type Random } from "./normal.js";

export interface MadeUpCell {
	readonly workload?: string;
	readonly subject: string;
	readonly servers: number;
	readonly parameters: Readonly<Record<string, number | string>>;
	readonly operationsPerSecond: number;
	/** Shares of what is done; the rest are reads. */
	readonly writes: number;
	readonly figures?: Readonly<Record<string, number>>;
	/** Throughput collapses at these moments. */
	readonly events?: Round["events"];
}

/** For tests that need some cell and do not care which. */
export const someCell: MadeUpCell = {
	subject: "reference",
	servers: 3,
	parameters: { reads: 50 },
	operationsPerSecond: 40_000,
	writes: 0.5,
};

/** Standard deviations of logarithms. */
export interface Noise {
	/** Of the machine from round to round; all calibrations feel it too. */
	readonly machine: number;
	/** Of the figure alone. */
	readonly round: number;
	/** How often a neighbour takes a third of one round away. */
	readonly burst: number;
	/** Of the whole run: another hour on the same machine. */
	readonly run: number;
}

export const quiet: Noise = { machine: 0, round: 0, burst: 0, run: 0 };

/** What a shared machine of two cores showed. */
export const realistic: Noise = { machine: 0.06, round: 0.02, burst: 0.02, run: 0.08 };

export interface MadeUp {
	readonly cells: readonly MadeUpCell[];
	readonly rounds: number;
	readonly seed: number;
	readonly noise: Noise;
}

const environment: Environment = {
	node: "v20.20.2",
	platform: "linux x64",
	cpu: "A processor",
	cores: 2,
	memoryBytes: 8e9,
	machine: "0123456789abcdef",
};

/** A report that nobody measured: subjects of the same cell in turns, noise from the seed. */
export function madeUpReport({ cells, rounds, seed, noise }: MadeUp): Report {
	const random = seededRandom(seed);
	const run = Math.exp(noise.run * normal(random));
	const made = cells.map((cell) => ({ cell, rounds: [] as Round[] }));
	let number = 0;
	let drift = 0;
	for (let turn = 0; turn < rounds; turn++) {
		for (const { cell, rounds } of made) {
			drift = 0.7 * drift + Math.sqrt(1 - 0.7 ** 2) * noise.machine * normal(random);
			rounds.push(madeUpRound(cell, number++, run * Math.exp(drift), noise, random));
		}
	}
	return {
		schema: "zkspec-bench-report/1",
		version: "0.1.0",
		commit: "a9c2dca0a9c2dca0a9c2dca0a9c2dca0a9c2dca0",
		startedAt: "2026-01-02T03:04:05.678Z",
		seed,
		command: "npm run bench -- --peer apache --servers 1,3,5",
		environment,
		workloads: Object.fromEntries(cells.map(({ workload = "read-ratio" }) => [workload, "digest"])),
		cells: made.map(({ cell, rounds }) => madeUpCell(cell, rounds)),
	};
}

function madeUpCell(
	{ workload = "read-ratio", subject, servers, parameters }: MadeUpCell,
	rounds: readonly Round[],
): Cell {
	const named = Object.entries({ servers, ...parameters }).map(([name, value]) => `${name}=${value}`);
	return { id: [workload, ...named].join(" "), workload, parameters, subject, servers, rounds };
}

function madeUpRound(cell: MadeUpCell, number: number, speed: number, noise: Noise, random: Random): Round {
	const burst = random() < noise.burst ? 2 / 3 : 1;
	const factor = speed * burst * Math.exp(noise.round * normal(random));
	return {
		number,
		startedAt: new Date(Date.UTC(2026, 0, 2, 3, 4, 5 + number)).toISOString(),
		load: madeUpLoad(cell, factor),
		servers: madeUpServers(cell, speed),
		calibration: madeUpCalibration(speed, noise, random),
		idleCores: 0.1,
		...(cell.events === undefined ? {} : { events: cell.events }),
		...(cell.figures === undefined ? {} : { figures: cell.figures }),
		breaches: [],
	};
}

function madeUpCalibration(speed: number, { machine }: Noise, random: Random): Calibration {
	const own = () => speed * Math.exp((machine / 4) * normal(random));
	return {
		echoesPerSecond: 400_000 * own(),
		echoCpuMicros: 2,
		flushesPerSecond: 1500 * own(),
		turnsPerSecond: 900 * own(),
	};
}

function madeUpLoad(cell: MadeUpCell, factor: number): LoadResult {
	const operationsPerSecond = cell.operationsPerSecond * factor;
	const operations = Math.round(operationsPerSecond * 2);
	const latency = madeUpLatency(operations, 4e7 / operationsPerSecond);
	return {
		measuredMs: 2000,
		operations,
		operationsPerSecond,
		errors: 0,
		latency,
		byKind: {
			...(cell.writes < 1 ? { getData: latency } : {}),
			...(cell.writes > 0 ? { setData: latency } : {}),
		},
		samples: madeUpSamples(cell, operationsPerSecond),
		client: { workers: 1, cpuMicros: operations * 2, cpuMicrosPerOperation: 2, utilization: 0.6 },
		breaches: [],
	};
}

const quantiles = Array.from({ length: 1000 }, (_, index) => -Math.log(1 - (index + 0.5) / 1000));

/** Made once each, by their mean: they take longer than all the rest. */
const histograms = new Map<number, Latency>();

function madeUpLatency(count: number, meanMicros: number): Latency {
	const known = histograms.get(Math.round(meanMicros));
	if (known !== undefined) return { ...known, count };
	const histogram = build({ bitBucketSize: 32, numberOfSignificantValueDigits: 2 });
	for (const quantile of quantiles) histogram.recordValue(Math.max(1, Math.round(meanMicros * (0.5 + quantile / 2))));
	const at = (percentile: number) => histogram.getValueAtPercentile(percentile);
	const latency = {
		count,
		meanMicros,
		p50Micros: at(50),
		p90Micros: at(90),
		p99Micros: at(99),
		p999Micros: at(99.9),
		maxMicros: at(100),
		histogram: encodeIntoCompressedBase64(histogram),
	};
	histograms.set(Math.round(meanMicros), latency);
	return latency;
}

const sampleMs = 50;

function madeUpSamples({ writes, events = [] }: MadeUpCell, operationsPerSecond: number): Sample[] {
	const endMs = Math.max(2000, ...events.map(({ atMs }) => atMs + 1000));
	return Array.from({ length: endMs / sampleMs }, (_, index) => {
		const atMs = index * sampleMs;
		const isHurt = events.some((event) => atMs >= event.atMs && atMs < event.atMs + 250);
		const answered = isHurt ? 0 : (operationsPerSecond * sampleMs) / 1000;
		return { atMs, reads: Math.round(answered * (1 - writes)), writes: Math.round(answered * writes), errors: 0 };
	});
}

function madeUpServers({ servers, writes }: MadeUpCell, speed: number): ServerCost[] {
	return Array.from({ length: servers }, (_, index) => {
		const role = servers === 1 ? "standalone" : index === 0 ? "leader" : "follower";
		const read = ((1 - writes) * 5) / servers;
		const cpu = (read + writes * (role === "follower" ? 12 : 20)) / speed;
		return { id: index + 1, role, cpuMicros: cpu * 1000, cpuMicrosPerOperation: cpu, memoryBytes: 150_000_000 };
	});
}
