import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { entrust } from "../../conformance/drivers/reaper.js";

/** Starts a process that is killed when this one ends, however it ends; but Ctrl-C is not for it: see `BundledProcess`. */
export function spawnTied(program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
	const child = spawn(program, args, { ...options, detached: true });
	// Without a pid there is no process: "error" says why.
	if (child.pid !== undefined) child.once("exit", entrust({ type: "process", pid: child.pid }));
	return child;
}
