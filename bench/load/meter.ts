import { encodeIntoCompressedBase64 } from "hdr-histogram-js";
import { Buckets, makeHistogram } from "./buckets.js";
import type { OperationKind, Sample } from "./contract.js";
import { isWrite, kindNames } from "./kind.js";

/** Counts what is answered, by kind and by sample of the time line; only while the measurement lasts. */
export class Meter {
	operations = 0;
	errors = 0;
	readonly #sampleMs: number;
	readonly #countsLate: boolean;
	readonly #buckets: (Buckets | undefined)[] = kindNames.map(() => undefined);
	readonly #reads: Int32Array;
	readonly #writes: Int32Array;
	readonly #errors: Int32Array;
	#startsAtMs = Number.POSITIVE_INFINITY;
	#hasEnded = false;
	/** Of the present slice: its first sample, and the one behind its last. */
	#from = 0;
	#to: number;
	/** Of the present turn; -1 outside the measurement. */
	#sample = -1;
	/** The measurement is over by the clock, and its end has not been told yet. */
	#isLate = false;

	/**
	 * @param countsLate for open arrival: what is answered between the last sample and `end` goes into the histograms too. It
	 * waits no longer when those are counted that wait, and would be missing, though it took longest
	 */
	constructor(measureMs: number, sampleMs: number, countsLate: boolean) {
		this.#countsLate = countsLate;
		this.#sampleMs = sampleMs;
		const samples = Math.ceil(measureMs / sampleMs);
		this.#reads = new Int32Array(samples);
		this.#writes = new Int32Array(samples);
		this.#errors = new Int32Array(samples);
		this.#to = samples;
	}

	/** @param slice where the measured time comes in parts of one sample each: which one begins */
	begin(atMs: number, slice?: number): void {
		this.#startsAtMs = atMs;
		this.#hasEnded = false;
		if (slice === undefined) return;
		this.#from = slice;
		this.#to = slice + 1;
	}

	/** What is answered from now on is not counted. */
	end(): void {
		this.#hasEnded = true;
		this.#sample = -1;
		this.#isLate = false;
	}

	/** What follows happens at this time. */
	turn(nowMs: number): void {
		if (this.#hasEnded) return;
		const sample = this.#sampleAt(nowMs);
		this.#sample = sample >= this.#from && sample < this.#to ? sample : -1;
		this.#isLate = this.#countsLate && sample >= this.#to;
	}

	answered(kind: number, micros: number): void {
		if (this.#isLate) this.unanswered(kind, micros);
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

	/** A request that was due before the end and was not answered within the measurement: it took at least this long. */
	unanswered(kind: number, micros: number): void {
		this.#bucketsOf(kind).add(micros);
	}

	/** Samples that are over. */
	samples(from: number, nowMs: number): Sample[] {
		const over = Math.min(this.#to, this.#sampleAt(nowMs));
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

	#sampleAt(nowMs: number): number {
		return this.#from + Math.floor((nowMs - this.#startsAtMs) / this.#sampleMs);
	}

	#bucketsOf(kind: number): Buckets {
		this.#buckets[kind] ??= new Buckets();
		return this.#buckets[kind];
	}
}
