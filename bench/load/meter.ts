import { encodeIntoCompressedBase64 } from "hdr-histogram-js";
import { Buckets, makeHistogram } from "./buckets.js";
import type { OperationKind, Sample } from "./contract.js";
import { isWrite, kindNames } from "./kind.js";

/** Counts what is answered, by kind and by sample of the time line; only while the measurement lasts. */
export class Meter {
	operations = 0;
	errors = 0;
	readonly #sampleMs: number;
	readonly #buckets: (Buckets | undefined)[] = kindNames.map(() => undefined);
	readonly #reads: Int32Array;
	readonly #writes: Int32Array;
	readonly #errors: Int32Array;
	#startsAtMs = Number.POSITIVE_INFINITY;
	#hasEnded = false;
	/** Of the present turn; -1 outside the measurement. */
	#sample = -1;

	constructor(measureMs: number, sampleMs: number) {
		this.#sampleMs = sampleMs;
		const samples = Math.ceil(measureMs / sampleMs);
		this.#reads = new Int32Array(samples);
		this.#writes = new Int32Array(samples);
		this.#errors = new Int32Array(samples);
	}

	begin(atMs: number): void {
		this.#startsAtMs = atMs;
	}

	/** What is answered from now on is not counted. */
	end(): void {
		this.#hasEnded = true;
		this.#sample = -1;
	}

	/** What follows happens at this time. */
	turn(nowMs: number): void {
		if (this.#hasEnded) return;
		const sample = Math.floor((nowMs - this.#startsAtMs) / this.#sampleMs);
		this.#sample = sample >= 0 && sample < this.#reads.length ? sample : -1;
	}

	answered(kind: number, micros: number): void {
		if (this.#sample < 0) return;
		this.operations++;
		const counts = isWrite(kind) ? this.#writes : this.#reads;
		counts[this.#sample] = (counts[this.#sample] as number) + 1;
		this.#bucketsOf(kind).add(micros);
	}

	failed(): void {
		if (this.#sample < 0) return;
		this.errors++;
		this.#errors[this.#sample] = (this.#errors[this.#sample] as number) + 1;
	}

	/** A request that was due within the measurement and is not answered yet at its end: it took at least this long. */
	unanswered(kind: number, micros: number): void {
		this.#bucketsOf(kind).add(micros);
	}

	/** Samples that are over. */
	samples(from: number, nowMs: number): Sample[] {
		const over = Math.min(this.#reads.length, Math.floor((nowMs - this.#startsAtMs) / this.#sampleMs));
		return Array.from({ length: Math.max(0, over - from) }, (_, index) => ({
			atMs: (from + index) * this.#sampleMs,
			reads: this.#reads[from + index] ?? 0,
			writes: this.#writes[from + index] ?? 0,
			errors: this.#errors[from + index] ?? 0,
		}));
	}

	/** Compressed, by kind. */
	histograms(): Partial<Record<OperationKind, string>> {
		const all: Partial<Record<OperationKind, string>> = {};
		for (const [kind, name] of kindNames.entries()) {
			const buckets = this.#buckets[kind];
			if (buckets === undefined) continue;
			const histogram = makeHistogram();
			buckets.addTo(histogram);
			all[name] = encodeIntoCompressedBase64(histogram);
		}
		return all;
	}

	#bucketsOf(kind: number): Buckets {
		this.#buckets[kind] ??= new Buckets();
		return this.#buckets[kind];
	}
}
