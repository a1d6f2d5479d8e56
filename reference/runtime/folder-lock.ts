import * as fs from "node:fs";
import { join } from "node:path";
import { exitCodes, StartError } from "./exit-codes.js";

const lockName = "zkspec.lock";

/**
 * Keeps two servers from writing to one folder. The lock names its process, so that a dead one's is taken over.
 * @throws StartError when a process that is alive holds it
 */
export function lockFolder(folder: string): void {
	const path = join(folder, lockName);
	const mine = `${process.pid} ${startOf(process.pid)}`;
	const holder = maybeHolder(path);
	if (holder !== undefined && holder !== mine && isAlive(holder))
		throw new StartError(exitCodes.dataDir, `${folder} is in use by process ${holder.split(" ")[0]}`);
	fs.writeFileSync(path, mine);
	process.on("exit", () => fs.rmSync(path, { force: true }));
}

function maybeHolder(path: string): string | undefined {
	return fs.existsSync(path) ? fs.readFileSync(path, "utf8") : undefined;
}

function isAlive(holder: string): boolean {
	const [pid, start] = holder.split(" ");
	return startOf(Number(pid)) === start && start !== "";
}

/** When a process began, in ticks since boot: a process id alone comes back. Empty where it is not to be had or gone. */
function startOf(pid: number): string {
	const path = `/proc/${pid}/stat`;
	if (!fs.existsSync(path)) return "";
	const stat = fs.readFileSync(path, "utf8");
	return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}
