import type { JudgedRun } from "../../workload/judged-run.js";
import type { Workload } from "../../workload/workload.js";
import { clearOutput, writeText } from "../output-file.js";
import type { RunOutcome } from "./show-run.js";
import type { House } from "./stage.js";
import type { WorkloadOptions } from "./workload-options.js";

/** One run of one workload, with what came of it. */
export interface RunRecord {
	readonly workload: Workload;
	readonly seed: number;
	readonly outcome: RunOutcome;
	/** Undefined when the simulator itself broke it off. */
	readonly run: JudgedRun | undefined;
	/** File of its history, if that is kept. */
	readonly history: string | undefined;
	/** File of the smaller workload that fails as well. */
	readonly shrunk: string | undefined;
}

/** Before anything runs. */
export function clearRunReport({ reportJson }: WorkloadOptions): void {
	if (reportJson !== undefined) clearOutput("--report-json", reportJson);
}

/** Writes the report that was asked for, if one was. */
export function writeRunReport(records: readonly RunRecord[], house: House, { reportJson }: WorkloadOptions): void {
	if (reportJson === undefined) return;
	const report = {
		format: "zkspec workload-report/1",
		target: house.name,
		servers: house.servers,
		facts: house.facts,
		runs: records.map(({ workload, seed, outcome, run, history, shrunk }) => ({
			workload: workload.name,
			seed,
			outcome,
			clients: workload.clients.length,
			...run?.report,
			verdict: run?.verdict,
			history,
			shrunk,
		})),
	};
	writeText("--report-json", reportJson, `${JSON.stringify(report, null, "\t")}\n`);
}
