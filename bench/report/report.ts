import type { Breach, LoadResult } from "../load/contract.js";

/** What the figures of one run were measured on. */
export interface Environment {
	readonly node: string;
	readonly platform: string;
	readonly cpu: string;
	readonly cores: number;
	readonly memoryBytes: number;
	/** One digest of what must be equal for two reports to be comparable. */
	readonly machine: string;
}

/** What this machine could do at that moment, without any ZooKeeper: what figures are related to. */
export interface Calibration {
	/** Frames a second that a bare echo server of this Node answers, one write per received chunk. */
	readonly echoesPerSecond: number;
	/** What the echo server's process spent on each of them: hardly depends on who else uses the machine. */
	readonly echoCpuMicros?: number;
	/** Flushes (fdatasync of 1 KiB) a second in the servers' folder. */
	readonly flushesPerSecond: number;
	/** Turns of a fixed computation a second, one core. */
	readonly turnsPerSecond: number;
}

export interface ServerCost {
	readonly id: number;
	readonly role: "leader" | "follower" | "observer" | "standalone";
	/** Absent where the process is not on this machine. */
	readonly cpuMicros?: number;
	readonly cpuMicrosPerOperation?: number;
	readonly memoryBytes?: number;
}

/** One measurement of a cell; rounds of several subjects are interleaved. */
export interface Round {
	/** Order within the run, over all cells and subjects. */
	readonly number: number;
	readonly startedAt: string;
	readonly load: LoadResult;
	readonly servers: readonly ServerCost[];
	readonly calibration: Calibration;
	/** Cores of this machine that had nothing to do meanwhile, on average. */
	readonly idleCores?: number;
	/** Events of the time line, such as `leader killed`. */
	readonly events?: readonly { readonly atMs: number; readonly text: string }[];
	/** Figures that only this workload has, by name with its unit: `barriersPerSecond`, `gapMs`, `bytesPerZnode`. */
	readonly figures?: Readonly<Record<string, number>>;
	/** Beside those of the load: such as `client-bound`. A round with any is void. */
	readonly breaches: readonly Breach[];
}

/** One point: a workload with its parameters, for one subject. */
export interface Cell {
	/** Equal in two reports for what is to be compared: `read-ratio servers=3 reads=90`. */
	readonly id: string;
	readonly workload: string;
	readonly parameters: Readonly<Record<string, number | string>>;
	/** `reference`, `apache-3.8.0`, `target`. */
	readonly subject: string;
	readonly servers: number;
	readonly rounds: readonly Round[];
}

/** The file is refused when `schema/report.v1.json` says something else: both change together. */
export interface Report {
	readonly schema: "zkspec-bench-report/1";
	readonly version: string;
	readonly commit?: string;
	readonly startedAt: string;
	readonly seed: number;
	readonly command: string;
	readonly environment: Environment;
	/** By name: digest of the YAML; other digest, other workload. */
	readonly workloads: Readonly<Record<string, string>>;
	readonly cells: readonly Cell[];
}
