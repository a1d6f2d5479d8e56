import { Queue } from "../lib/queue.js";

/** One piece of work; it calls `next` when it is done, at once or in a later turn. */
export type Step = (next: () => void) => void;

/** Work in several steps, each of which must be safe on disk before the next one begins. One after the other. */
export class Jobs {
	readonly #steps = new Queue<Step>();
	#working = false;

	get idle(): boolean {
		return !this.#working;
	}

	/** Behind everything asked for before. */
	add(steps: readonly Step[]): void {
		for (const step of steps) this.#steps.push(step);
		if (!this.#working) this.#next();
	}

	#next(): void {
		const step = this.#steps.shift();
		this.#working = step !== undefined;
		step?.(() => this.#next());
	}
}
