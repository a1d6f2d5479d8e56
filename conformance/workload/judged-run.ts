import { judge } from "../check/judge.js";
import type { Verdict } from "../check/verdict.js";
import type { Codec } from "../client/codec.js";
import type { EnsembleDriver } from "../drivers/ensemble-driver.js";
import { readHistory } from "../history/reader.js";
import type { HistoryHeader, HistoryRule } from "../history/record.js";
import { createHistoryFile } from "../history/writer.js";
import type { Platform } from "./platform.js";
import type { Counts } from "./recorder.js";
import { type RunReport, runWorkload } from "./run-workload.js";
import { WireCalls } from "./wire-calls.js";
import type { Workload } from "./workload.js";

export interface JudgedRunParts {
	readonly workload: Workload;
	readonly seed: number;
	readonly driver: EnsembleDriver;
	readonly platform: Platform;
	readonly codec: Codec;
	readonly root: string;
	/** Where its history is written. */
	readonly file: string;
	readonly startedAt: Date;
	readonly stopped: AbortSignal;
	progress(phase: string, counts: Counts): void;
}

export interface JudgedRun {
	readonly report: RunReport;
	readonly verdict: Verdict;
	readonly judgedMs: number;
}

/**
 * Runs a workload, keeps its history in a file, and judges that.
 * @throws NotServedError when nobody answers before anything was broken
 */
export async function runAndJudge(parts: JudgedRunParts): Promise<JudgedRun> {
	const { workload, driver, seed, codec, file, platform, root, stopped } = parts;
	const writer = createHistoryFile(file, headerOf(parts));
	let report: RunReport;
	try {
		report = await runWorkload({
			platform,
			driver,
			workload,
			seed,
			root,
			stopped,
			wire: new WireCalls(codec),
			sink: (record) => writer.write(record),
			progress: parts.progress,
		});
	} finally {
		writer.close();
	}
	const start = performance.now();
	const verdict = judge(readHistory(file));
	return { report, verdict, judgedMs: performance.now() - start };
}

function headerOf({ workload, seed, driver, root, startedAt }: JudgedRunParts): HistoryHeader {
	return {
		format: "zkspec history/1",
		workload: workload.name,
		seed,
		servers: driver.members.map(({ address }) => `${address.host}:${address.port}`),
		root,
		target: driver.name,
		startedAt: startedAt.toISOString(),
		rules: workload.rules.map((rule) => belowRoot(rule, root)),
		facts: driver.facts,
	};
}

/** Paths of a rule are those of the workload; its history knows only whole ones. */
function belowRoot(rule: HistoryRule, root: string): HistoryRule {
	const entries = Object.entries(rule).map(([name, value]) => {
		if (typeof value !== "string" || !value.startsWith("/")) return [name, value];
		return [name, value === "/" ? root : `${root}${value}`];
	});
	return Object.fromEntries(entries) as HistoryRule;
}
