import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { LoadPlan, Sample } from "./contract.js";
import { LoadError, type WorkerResult } from "./load-worker.js";
import type { FromWorker, ToWorker } from "./worker-messages.js";

/** A `LoadWorker` in a process of its own; it ends with this one, however that ends. */
export class ForkedWorker {
	readonly #plan: LoadPlan;
	readonly #index: number;
	readonly #child: ChildProcess;
	readonly #tell: (samples: readonly Sample[]) => void;
	#pending: { resolve(answer: FromWorker): void; reject(error: LoadError): void } | undefined;
	#ended: LoadError | undefined;

	constructor(plan: LoadPlan, index: number, tell: (samples: readonly Sample[]) => void) {
		this.#plan = plan;
		this.#index = index;
		this.#tell = tell;
		this.#child = fork(fileURLToPath(new URL("worker-main.js", import.meta.url)), { execArgv: [] });
		this.#child.on("message", (message: FromWorker) => this.#heard(message));
		this.#child.on("exit", (code, signal) => {
			this.#ended = new LoadError(`load worker ${index} ended with ${code ?? signal}`);
			this.#pending?.reject(this.#ended);
		});
	}

	async open(): Promise<void> {
		await this.#ask({ type: "open", plan: this.#plan, index: this.#index });
	}

	async run(): Promise<void> {
		await this.#ask({ type: "run" });
	}

	async audit(): Promise<void> {
		await this.#ask({ type: "audit" });
	}

	async close(): Promise<WorkerResult> {
		const answer = await this.#ask({ type: "close" });
		if (answer.type !== "result") throw new LoadError(`load worker ${this.#index} has no result`);
		this.abandon();
		return answer.result;
	}

	abandon(): void {
		this.#child.removeAllListeners("exit");
		this.#child.kill("SIGKILL");
	}

	#ask(order: ToWorker): Promise<FromWorker> {
		return new Promise((resolve, reject) => {
			if (this.#ended !== undefined) return reject(this.#ended);
			this.#pending = { resolve, reject };
			this.#child.send(order, () => undefined);
		});
	}

	#heard(message: FromWorker): void {
		if (message.type === "samples") this.#tell(message.samples);
		else if (message.type === "failed") this.#pending?.reject(new LoadError(message.text));
		else this.#pending?.resolve(message);
	}
}
