import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The file of the whole program. */
export const main = fileURLToPath(new URL("../main.js", import.meta.url));

const noArguments: readonly string[] = [];

/** The reference server's program with all that it says; it ends when `stop` is called or this process is gone. */
export class Program {
	/** Lines of standard output. */
	readonly out: string[] = [];
	/** Lines of standard output and standard error. */
	readonly said: string[] = [];
	/** Resolves with the exit code, or the signal. */
	readonly ended: Promise<number | string>;
	readonly #child: ChildProcessWithoutNullStreams;
	#end: number | string | undefined;
	#heard: (() => void)[] = [];

	/** `through`: a program that runs it, with what comes before its command line. */
	constructor(args: readonly string[], through = noArguments) {
		const [command = process.execPath, ...rest] = [...through, process.execPath, main, ...args, "--until-stdin-ends"];
		this.#child = spawn(command, rest, { stdio: "pipe" });
		this.#child.stdin.on("error", () => undefined);
		createInterface({ input: this.#child.stdout }).on("line", (line) => {
			this.out.push(line);
			this.#hear(line);
		});
		createInterface({ input: this.#child.stderr }).on("line", (line) => this.#hear(line));
		this.ended = new Promise((resolve) => {
			this.#child.once("close", (code, signal) => {
				this.#end = code ?? signal ?? 0;
				resolve(this.#end);
				this.#wake();
			});
		});
	}

	get isRunning(): boolean {
		return this.#end === undefined;
	}

	/**
	 * The first line that matches, said already or yet to come.
	 * @throws Error with all that it said when it ends without saying so
	 */
	async says(pattern: RegExp): Promise<RegExpExecArray> {
		for (;;) {
			const match = this.said.map((line) => pattern.exec(line)).find((found) => found !== null);
			if (match) return match;
			if (!this.isRunning) throw new Error(`ended (${this.#end}) before ${pattern}:\n${this.said.join("\n")}`);
			await new Promise<void>((resolve) => this.#heard.push(resolve));
		}
	}

	/** Whether it does not end within this time. */
	async staysUp(timeMs: number): Promise<boolean> {
		let timer: NodeJS.Timeout | undefined;
		const over = new Promise<boolean>((resolve) => {
			timer = setTimeout(() => resolve(true), timeMs);
		});
		const stayed = await Promise.race([over, this.ended.then(() => false)]);
		clearTimeout(timer);
		return stayed;
	}

	kill(signal: NodeJS.Signals): void {
		this.#child.kill(signal);
	}

	/** As if its parent were gone. */
	stop(): Promise<number | string> {
		this.#child.stdin.end();
		return this.ended;
	}

	#hear(line: string): void {
		this.said.push(line);
		this.#wake();
	}

	#wake(): void {
		const waiting = this.#heard;
		this.#heard = [];
		for (const resolve of waiting) resolve();
	}
}
