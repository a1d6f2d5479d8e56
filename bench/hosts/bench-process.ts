import type { ChildProcess } from "node:child_process";
import path from "node:path";
import { spawnTied } from "../../ci/peers/tied-process.js";
import { packageRoot } from "../../spec/load/package-root.js";

const main = path.join(packageRoot, "dist", "bench", "run", "main.js");
const mostMs = 180_000;

/** `npm run bench -- …` on some host, and what it says. */
export class BenchProcess {
	readonly name: string;
	readonly #child: ChildProcess;
	#said = "";
	#ending: number | string | undefined;
	#look: () => void = () => undefined;

	/** @param prefix what stands before the command line */
	constructor(name: string, prefix: readonly string[], args: readonly string[]) {
		this.name = name;
		const [program = "", ...rest] = [...prefix, process.execPath, main, ...args];
		this.#child = spawnTied(program, rest, {
			stdio: ["ignore", "pipe", "pipe"],
			env: { ...process.env, NO_COLOR: "1" },
		});
		for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.on("data", (bytes) => this.#hear(bytes));
		this.#child.on("close", (code, signal) => {
			this.#ending = code ?? signal ?? "no code";
			this.#look();
		});
	}

	/** Everything that it has said so far. */
	get said(): string {
		return this.#said;
	}

	/** @throws Error with what it said, when it ends first or takes too long */
	async saying(text: string): Promise<void> {
		await this.#until(`say "${text}"`, () => this.#said.includes(text) || this.#ending !== undefined);
		if (!this.#said.includes(text)) throw new Error(`${this.name} ended with ${this.#ending}:\n${this.#said}`);
	}

	/** The exit code, or the signal that ended it. @throws Error when it takes too long */
	async ended(): Promise<number | string> {
		await this.#until("end", () => this.#ending !== undefined);
		return this.#ending ?? "nothing";
	}

	kill(): void {
		this.#child.kill("SIGKILL");
	}

	#hear(bytes: Buffer): void {
		this.#said += bytes.toString();
		this.#look();
	}

	/** One at a time may wait for each process. */
	#until(what: string, isSo: () => boolean): Promise<void> {
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => {
				this.kill();
				reject(new Error(`${this.name} did not ${what} in ${mostMs / 1000} s:\n${this.#said}`));
			}, mostMs);
			this.#look = () => {
				if (!isSo()) return;
				clearTimeout(timer);
				resolve();
			};
			this.#look();
		});
	}
}
