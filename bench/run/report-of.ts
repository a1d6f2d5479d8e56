import { spawnSync } from "node:child_process";
import { packageRoot, versionOfPackage } from "../../spec/load/package-root.js";
import type { Cell, Report } from "../report/report.js";
import { environment } from "../targets/machine.js";
import type { CellPlan } from "./cell-plan.js";

export interface ReportInput {
	readonly cells: readonly Cell[];
	readonly plans: readonly CellPlan[];
	readonly seed: number;
	readonly startedAt: Date;
	readonly args: readonly string[];
}

export function reportOf({ cells, plans, seed, startedAt, args }: ReportInput): Report {
	const commit = maybeCommit();
	return {
		schema: "zkspec-bench-report/1",
		version: versionOfPackage(),
		...(commit === undefined ? {} : { commit }),
		startedAt: startedAt.toISOString(),
		seed,
		command: ["npm run bench", ...(args.length === 0 ? [] : ["--", ...args])].join(" "),
		environment: environment(),
		workloads: Object.fromEntries(plans.map(({ workload }) => [workload.name, workload.digest])),
		cells,
	};
}

/** Undefined outside of a clone, or without git. */
function maybeCommit(): string | undefined {
	const { status, stdout } = spawnSync("git", ["rev-parse", "HEAD"], { cwd: packageRoot, encoding: "utf8" });
	return status === 0 ? stdout.trim() : undefined;
}
