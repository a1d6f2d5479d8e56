import { type JudgedRun, runAndJudge } from "../../workload/judged-run.js";
import type { Workload } from "../../workload/workload.js";
import { progressText } from "./show-run.js";
import type { WorkloadJob } from "./workload-command.js";

/** One run with its progress on the last line of a terminal; its history is this file. */
export function performRun(job: WorkloadJob, workload: Workload, seed: number, file: string): Promise<JudgedRun> {
	const { screen, house, codec, interrupts } = job;
	const { driver, platform, root, drive } = house.stageOf(seed);
	return drive(
		runAndJudge({
			workload,
			seed,
			driver,
			platform,
			codec,
			file,
			root,
			startedAt: new Date(),
			stopped: interrupts.signal,
			progress: (phase, counts) => screen.status(progressText(workload, phase, counts)),
		}),
	);
}
