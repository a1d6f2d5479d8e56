import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { packageRoot } from "../../spec/load/package-root.js";

/** The bundled server ended before it was ready, or was not ready in time. */
export class BundledStartError extends Error {
	override readonly name = "BundledStartError";
}

export interface BundledProcessOptions {
	/** It removes this one itself when this process can not any more. */
	readonly folder?: string;
	/** Lets its disk be hurt, and leads it from these ports of the loopback address to those when it connects. */
	readonly routes?: ReadonlyMap<number, number>;
}

/** What a server's disk does: `full` takes nothing, each flush takes `flushMs` longer. */
export interface ChildDisk {
	readonly full?: boolean;
	readonly flushMs?: number;
}

/** A message to a server that can be hurt; it answers `{done: key}`. */
export interface ChildOrder {
	readonly key: number;
	readonly disk: ChildDisk;
}

/** Nine processes that start at once on a busy machine take their time. */
const startTimeoutMs = 30_000;
const stopTimeoutMs = 5000;

/** Not of this process's group: Ctrl-C is for who started the servers, and who heals and cleans up needs them for it. */
const detached = true;

function spawnPlain(args: readonly string[]): ChildProcess {
	return spawn(process.execPath, args, { detached, stdio: "pipe" });
}

function spawnHurt(args: readonly string[], routes: ReadonlyMap<number, number>): ChildProcess {
	const faults = new URL("child-faults.js", import.meta.url).href;
	const env = { ...process.env, ZKSPEC_ROUTES: JSON.stringify(Object.fromEntries(routes)) };
	const stdio = ["pipe", "pipe", "pipe", "ipc"] satisfies StdioOptions;
	return spawn(process.execPath, ["--import", faults, ...args], { env, detached, stdio });
}

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
	readonly #child: ChildProcess;
	/** Lines that it wrote to standard output so far. */
	readonly lines: string[] = [];
	readonly #waiters = new Set<Waiter>();
	#orders = 0;

	constructor(args: readonly string[], { folder, routes }: BundledProcessOptions = {}) {
		const main = path.join(packageRoot, "dist", "reference", "runtime", "main.js");
		const tied = ["--until-stdin-ends", ...(folder === undefined ? [] : ["--orphan-folder", folder])];
		const child =
			routes === undefined ? spawnPlain([main, ...args, ...tied]) : spawnHurt([main, ...args, ...tied], routes);
		this.#child = child;
		// It may end while it is being told to.
		child.stdin?.on("error", () => undefined);
		this.#eachLine(child.stderr, (line) => this.log.push(line));
		this.#eachLine(child.stdout, (line) => this.#heard(line));
		this.ended = new Promise((resolve) => {
			child.once("close", (code, signal) => resolve(code ?? signal ?? 0));
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

	/** Resolves when its disk is like that, or the process is over; it must have been started with `routes`. */
	async hurtDisk(disk: ChildDisk): Promise<void> {
		const key = ++this.#orders;
		const done = new Promise<void>((resolve) => {
			const heard = (answer: unknown): void => {
				if ((answer as { readonly done?: number }).done !== key) return;
				this.#child.off("message", heard);
				resolve();
			};
			this.#child.on("message", heard);
		});
		const order: ChildOrder = { key, disk };
		// One that has just ended has nobody to tell, which `ended` says too.
		this.#child.send(order, () => undefined);
		await Promise.race([done, this.ended]);
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

	#eachLine(input: Readable | null, take: (line: string) => void): void {
		if (input !== null) createInterface({ input }).on("line", take);
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
