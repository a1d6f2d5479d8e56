import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface LaunchedServerEvents {
	/** A line of its standard output: `listening on …`, `serving as …`. */
	onLine(line: string): void;
	/** A line of its log. */
	onLog(line: string): void;
	/** It has ended, by itself or not; `how` reads well after "ended". */
	onEnded(how: string): void;
}

const killAfterMs = 5000;

/** A server as a process of its own, which ends when this one does. */
export class LaunchedServer {
	readonly #child: ChildProcessWithoutNullStreams;
	readonly #ended: Promise<void>;

	/** `orphanFolder`: it removes this one itself when this process can not any more. */
	constructor(zooCfg: string, orphanFolder: string | undefined, events: LaunchedServerEvents) {
		const main = fileURLToPath(new URL("main.js", import.meta.url));
		const tied = ["--until-stdin-ends", ...(orphanFolder === undefined ? [] : ["--orphan-folder", orphanFolder])];
		const child = spawn(process.execPath, [main, zooCfg, ...tied], { stdio: "pipe" });
		this.#child = child;
		// It ends while something is written to it: "close" tells.
		child.stdin.on("error", () => undefined);
		createInterface({ input: child.stdout }).on("line", events.onLine);
		createInterface({ input: child.stderr }).on("line", events.onLog);
		this.#ended = new Promise((resolve) => {
			child.once("close", (code, signal) => {
				events.onEnded(signal === null ? `with exit code ${code}` : `by ${signal}`);
				resolve();
			});
		});
	}

	get pid(): number {
		return this.#child.pid ?? 0;
	}

	/** Lets it finish what it does, within a bound. */
	async stop(): Promise<void> {
		this.#child.kill("SIGTERM");
		const timer = setTimeout(() => this.#child.kill("SIGKILL"), killAfterMs);
		await this.#ended;
		clearTimeout(timer);
	}
}
