import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { packageRoot } from "../../spec/load/package-root.js";

/** The bundled server ended before it was ready, or was not ready in time. */
export class BundledStartError extends Error {
	override readonly name = "BundledStartError";
}

const startTimeoutMs = 10_000;
const stopTimeoutMs = 5000;

interface Waiter {
	readonly pattern: RegExp;
	resolve(found: RegExpExecArray): void;
}

/** The reference server's program as a child process; it ends with this process, however that ends. */
export class BundledProcess {
	/** Lines that it wrote to standard error so far. */
	readonly log: string[] = [];
	/** Resolves with the exit code, or the signal, once it has ended. */
	readonly ended: Promise<number | string>;
	readonly #child: ChildProcessWithoutNullStreams;
	/** Lines that it wrote to standard output so far. */
	readonly lines: string[] = [];
	readonly #waiters = new Set<Waiter>();

	/** `folder`: it removes this one itself when this process can not any more. */
	constructor(args: readonly string[], folder?: string) {
		const main = path.join(packageRoot, "dist", "reference", "runtime", "main.js");
		const tied = ["--until-stdin-ends", ...(folder === undefined ? [] : ["--orphan-folder", folder])];
		this.#child = spawn(process.execPath, [main, ...args, ...tied], { stdio: "pipe" });
		// It may end while it is being told to.
		this.#child.stdin.on("error", () => undefined);
		createInterface({ input: this.#child.stderr }).on("line", (line) => this.log.push(line));
		createInterface({ input: this.#child.stdout }).on("line", (line) => this.#heard(line));
		this.ended = new Promise((resolve) => {
			this.#child.once("close", (code, signal) => resolve(code ?? signal ?? 0));
		});
	}

	get pid(): number {
		return this.#child.pid ?? 0;
	}

	/**
	 * The first line of standard output that matches, among those said already (but for the first few) and those to come.
	 * @throws BundledStartError with what it said when it ends before that, or takes too long
	 */
	async line(pattern: RegExp, skipped = 0): Promise<RegExpExecArray> {
		const said = this.lines
			.slice(skipped)
			.map((line) => pattern.exec(line))
			.find((match) => match !== null);
		if (said !== undefined && said !== null) return said;
		let timer: NodeJS.Timeout | undefined;
		try {
			return await Promise.race([
				new Promise<RegExpExecArray>((resolve) => this.#waiters.add({ pattern, resolve })),
				this.ended.then((how) =>
					Promise.reject(this.#failure(`the bundled server ended (${how}) before it was ready`)),
				),
				new Promise<never>((_, reject) => {
					const late = (): void => reject(this.#failure(`not ready within ${startTimeoutMs} ms`));
					timer = setTimeout(late, startTimeoutMs);
				}),
			]);
		} finally {
			clearTimeout(timer);
		}
	}

	signal(signal: NodeJS.Signals): void {
		this.#child.kill(signal);
	}

	/** Ends it with the signal, or by force when that takes too long. */
	async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
		this.signal(signal);
		// One that was stopped in its tracks would not hear of it.
		this.signal("SIGCONT");
		const timer = setTimeout(() => this.signal("SIGKILL"), stopTimeoutMs);
		await this.ended;
		clearTimeout(timer);
	}

	#heard(line: string): void {
		this.lines.push(line);
		for (const waiter of this.#waiters) {
			const match = waiter.pattern.exec(line);
			if (match === null) continue;
			this.#waiters.delete(waiter);
			waiter.resolve(match);
		}
	}

	#failure(what: string): BundledStartError {
		return new BundledStartError([what, ...this.log].join("\n"));
	}
}
