import * as fs from "node:fs";
import { join } from "node:path";
import { exitCodes, StartError } from "./exit-codes.js";

const lockName = "zkspec.lock";
const pollMs = 50;
const patienceMs = 1000;

/**
 * Keeps two servers from writing to one folder. The lock names its process, so that a dead one's is taken over.
 * @throws StartError when a process that is alive holds it, and when there is no room for it
 */
export function lockFolder(folder: string): void {
	const path = join(folder, lockName);
	const mine = `${process.pid} ${startOf(process.pid)}`;
	const holder = maybeHolder(path);
	if (holder !== undefined && holder !== mine && !hasGone(holder))
		throw new StartError(exitCodes.dataDir, `${folder} is in use by process ${holder.split(" ")[0]}`);
	writeLock(folder, path, mine);
	process.on("exit", () => fs.rmSync(path, { force: true }));
}

function writeLock(folder: string, path: string, content: string): void {
	try {
		fs.writeFileSync(path, content);
	} catch (error) {
		if (!(error instanceof Error && "errno" in error)) throw error;
		throw new StartError(exitCodes.dataDir, `the data directory ${folder} can not be used: ${error.message}`);
	}
}

function maybeHolder(path: string): string | undefined {
	return fs.existsSync(path) ? fs.readFileSync(path, "utf8") : undefined;
}

/** A killed process that the disk or its parent holds up ends a little later than whoever restarts it expects. */
function hasGone(holder: string): boolean {
	const sleeper = new Int32Array(new SharedArrayBuffer(4));
	for (let waitedMs = 0; isAlive(holder); waitedMs += pollMs) {
		if (waitedMs >= patienceMs) return false;
		Atomics.wait(sleeper, 0, 0, pollMs);
	}
	return true;
}

function isAlive(holder: string): boolean {
	const [pid, start] = holder.split(" ");
	return startOf(Number(pid)) === start && start !== "";
}

/**
 * When a process began, in ticks since boot: a process id alone comes back. Empty where it is not to be had or gone, or has
 * ended and only its parent has not noticed.
 */
function startOf(pid: number): string {
	const path = `/proc/${pid}/stat`;
	if (!fs.existsSync(path)) return "";
	const stat = fs.readFileSync(path, "utf8");
	const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
	return fields[0] === "Z" ? "" : (fields[19] ?? "");
}
