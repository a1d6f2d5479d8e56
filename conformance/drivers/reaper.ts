import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import type { Writable } from "node:stream";
import { fileURLToPath } from "node:url";

/** What must not outlive this process. */
export type Charge =
	| { readonly type: "process"; readonly pid: number }
	| { readonly type: "folder"; readonly path: string }
	/** Undoes something; its output is lost. */
	| { readonly type: "command"; readonly file: string; readonly args: readonly string[]; readonly timeoutMs: number };

/** One line to the reaper's process; without a charge that key is over. */
export interface ReaperOrder {
	readonly key: number;
	readonly charge?: Charge;
}

type Reaper = ChildProcess & { readonly stdin: Writable };

let child: Reaper | undefined;
let count = 0;

/**
 * From now on this ends, or is undone, when this process ends, however it ends: a process of its own sees to it, which a
 * signal to this one does not reach. Newer charges go first.
 * @returns says that there is nothing to do any more
 */
export function entrust(charge: Charge): () => void {
	const key = ++count;
	tell({ key, charge });
	return () => tell({ key });
}

function tell(order: ReaperOrder): void {
	child ??= startReaper();
	child.stdin.write(`${JSON.stringify(order)}\n`);
}

function startReaper(): Reaper {
	const main = fileURLToPath(new URL("reaper-main.js", import.meta.url));
	// Out of the process group: who kills all of that does not mean the one who cleans up.
	const reaper = spawn(process.execPath, [main], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
	// Nobody waits for it, and without it everything works as well that is not interrupted.
	reaper.on("error", () => undefined).unref();
	reaper.stdin.on("error", () => undefined);
	(reaper.stdin as Socket).unref();
	return reaper;
}
