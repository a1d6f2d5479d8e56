import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";

const alive = new Set<ChildProcess>();

/** Starts a process that is killed when this one ends, unless this one is killed itself. */
export function spawnTied(program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
	const child = spawn(program, args, options);
	if (alive.size === 0) process.once("exit", killAll);
	alive.add(child);
	child.once("exit", () => {
		alive.delete(child);
		if (alive.size === 0) process.off("exit", killAll);
	});
	return child;
}

function killAll(): void {
	for (const child of alive) child.kill("SIGKILL");
}
