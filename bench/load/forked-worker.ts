import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { LoadPlan, Sample } from "./contract.js";
import { LoadError, type WorkerResult } from "./load-worker.js";
import type { FromWorker, ToWorker } from "./worker-messages.js";

/**
 * Processes whose load is over: the next one finds their code compiled, so that rounds differ less and warm up sooner.
 * They hold nobody, and end with this process, however that ends.
 */
const idle: ChildProcess[] = [];

function take(): ChildProcess {
	const child = idle.pop() ?? start();
	child.ref();
	child.channel?.ref();
	return child;
}

function start(): ChildProcess {
	const child = fork(fileURLToPath(new URL("worker-main.js", import.meta.url)), { execArgv: [] });
	child.once("exit", () => {
		const at = idle.indexOf(child);
		if (at >= 0) idle.splice(at, 1);
	});
	return child;
}

function giveBack(child: ChildProcess): void {
	child.unref();
	child.channel?.unref();
	idle.push(child);
}

/** A `LoadWorker` in a process of its own. */
export class ForkedWorker {
	readonly #plan: LoadPlan;
	readonly #index: number;
	readonly #child: ChildProcess;
	readonly #tell: (samples: readonly Sample[]) => void;
	#pending: { resolve(answer: FromWorker): void; reject(error: LoadError): void } | undefined;
	#ended: LoadError | undefined;
	#isClosed = false;

	constructor(plan: LoadPlan, index: number, tell: (samples: readonly Sample[]) => void) {
		this.#plan = plan;
		this.#index = index;
		this.#tell = tell;
		this.#child = take();
		this.#child.on("message", this.#heard);
		this.#child.on("exit", this.#over);
	}

	async open(): Promise<void> {
		await this.#ask({ type: "open", plan: this.#plan, index: this.#index });
	}

	async run(slice: number): Promise<void> {
		await this.#ask({ type: "run", slice });
	}

	async audit(): Promise<void> {
		await this.#ask({ type: "audit" });
	}

	async close(): Promise<WorkerResult> {
		const answer = await this.#ask({ type: "close" });
		if (answer.type !== "result") throw new LoadError(`load worker ${this.#index} has no result`);
		this.#leave();
		giveBack(this.#child);
		return answer.result;
	}

	/** Whatever it does; nothing once it is closed. */
	abandon(): void {
		if (this.#isClosed) return;
		this.#leave();
		this.#child.kill("SIGKILL");
	}

	#leave(): void {
		this.#isClosed = true;
		this.#child.off("message", this.#heard);
		this.#child.off("exit", this.#over);
	}

	#ask(order: ToWorker): Promise<FromWorker> {
		return new Promise((resolve, reject) => {
			if (this.#ended !== undefined) return reject(this.#ended);
			this.#pending = { resolve, reject };
			this.#child.send(order, () => undefined);
		});
	}

	readonly #heard = (message: FromWorker): void => {
		if (message.type === "samples") this.#tell(message.samples);
		else if (message.type === "failed") this.#pending?.reject(new LoadError(message.text));
		else this.#pending?.resolve(message);
	};

	readonly #over = (code: number | null, signal: NodeJS.Signals | null): void => {
		this.#ended = new LoadError(`load worker ${this.#index} ended with ${code ?? signal}`);
		this.#pending?.reject(this.#ended);
	};
}
