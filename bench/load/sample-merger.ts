import type { Sample } from "./contract.js";

/** Adds up what workers tell, sample by sample; one is whole when all have told it. */
export class SampleMerger {
	readonly #workers: number;
	readonly #onSample: (sample: Sample) => void;
	readonly #told: number[];
	readonly #sums: Sample[] = [];
	#whole = 0;

	constructor(workers: number, onSample: (sample: Sample) => void) {
		this.#workers = workers;
		this.#onSample = onSample;
		this.#told = Array.from({ length: workers }, () => 0);
	}

	add(worker: number, samples: readonly Sample[]): void {
		const from = this.#told[worker] ?? 0;
		for (const [index, sample] of samples.entries()) this.#sums[from + index] = sum(this.#sums[from + index], sample);
		this.#told[worker] = from + samples.length;
		const whole = Math.min(...this.#told.slice(0, this.#workers));
		for (; this.#whole < whole; this.#whole++) this.#onSample(this.#sums[this.#whole] as Sample);
	}
}

function sum(one: Sample | undefined, other: Sample): Sample {
	if (one === undefined) return other;
	return {
		atMs: one.atMs,
		reads: one.reads + other.reads,
		writes: one.writes + other.writes,
		errors: one.errors + other.errors,
	};
}
