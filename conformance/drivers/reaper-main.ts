import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { Charge, ReaperOrder } from "./reaper.js";

const removal = { recursive: true, force: true, maxRetries: 5, retryDelay: 20 } as const;
const endTimeoutMs = 5000;
const pollMs = 10;

/** With when it was started, so that nobody else is hit who got the number later. */
type Known = Charge & { readonly startedAt: string | undefined };

const charges = new Map<number, Known>();

// Ctrl-C reaches all processes of a terminal; this one goes last.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);

createInterface({ input: process.stdin })
	.on("line", (line) => obey(JSON.parse(line) as ReaperOrder))
	.on("close", () => void reap());

function obey({ key, charge }: ReaperOrder): void {
	if (charge === undefined) charges.delete(key);
	else charges.set(key, { ...charge, startedAt: charge.type === "process" ? startedAt(charge.pid) : undefined });
}

/** Processes first: nobody may write into a folder or use a network that goes. */
async function reap(): Promise<void> {
	const all = [...charges.values()].toReversed();
	const processes = all.filter((charge) => charge.type === "process");
	for (const { pid, startedAt: then } of processes) if (startedAt(pid) === then) kill(pid);
	for (const { pid, startedAt: then } of processes) await gone(pid, then);
	for (const charge of all) {
		if (charge.type === "command") spawnSync(charge.file, charge.args, { stdio: "ignore", timeout: charge.timeoutMs });
		if (charge.type === "folder") rmSync(charge.path, removal);
	}
}

function kill(pid: number): void {
	try {
		process.kill(pid, "SIGKILL");
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
	}
}

async function gone(pid: number, then: string | undefined): Promise<void> {
	if (then === undefined) return;
	for (let waitedMs = 0; startedAt(pid) === then && waitedMs < endTimeoutMs; waitedMs += pollMs) await sleep(pollMs);
}

/** In ticks since the system's start, where there is /proc; undefined elsewhere, and for a process that is over. */
function startedAt(pid: number): string | undefined {
	const file = `/proc/${pid}/stat`;
	if (!existsSync(file)) return undefined;
	const [state, ...rest] = readFileSync(file, "utf8").split(") ").at(-1)?.split(" ") ?? [];
	return state === "Z" ? undefined : rest[18];
}
