import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { judge } from "../../conformance/check/judge.js";
import type { Verdict } from "../../conformance/check/verdict.js";
import { recordAt } from "../../conformance/history/history.js";
import { readHistory } from "../../conformance/history/reader.js";

/** What it took to decide one file, in a process that did nothing else. */
export interface Decision {
	readonly outcome: Verdict["outcome"];
	/** From the start of reading to the verdict. */
	readonly ms: number;
	/** Of it, on processors: what the time would be on a machine that does nothing else. */
	readonly cpuMs: number;
	readonly rssMib: number;
	/** The call that the first finding is about, and its text. */
	readonly call: number | undefined;
	readonly text: string | undefined;
}

/** Decides in a process of its own. */
export async function decideApart(file: string): Promise<Decision> {
	const main = fileURLToPath(new URL("main.js", import.meta.url));
	const { stdout } = await promisify(execFile)(process.execPath, [main, "--decide", file]);
	return JSON.parse(stdout) as Decision;
}

/** Decides here. */
export function decide(file: string): Decision {
	const startMs = performance.now();
	const cpu = process.cpuUsage();
	const history = readHistory(file);
	const verdict = judge(history);
	const { user, system } = process.cpuUsage(cpu);
	const finding = verdict.outcome === "violated" ? verdict.findings[0] : undefined;
	const record = finding && recordAt(history, finding.records.at(-1) ?? 0);
	return {
		outcome: verdict.outcome,
		ms: performance.now() - startMs,
		cpuMs: (user + system) / 1000,
		rssMib: process.resourceUsage().maxRSS / 1024,
		call: record !== undefined && "call" in record ? record.call : undefined,
		text: finding?.text,
	};
}
