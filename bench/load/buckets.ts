import { build, decodeFromCompressedBase64, type Histogram } from "hdr-histogram-js";

/** Three significant digits, as HdrHistogram keeps them: 2048 values are exact, then steps double. */
const exactBits = 11;
const exact = 2 ** exactBits;
const half = exact / 2;
const mostMicros = 2 ** 31 - 1;

/**
 * Counts of latencies by microsecond. HdrHistogram's own buckets, but recorded by two additions: its library takes half a
 * microsecond a value, a quarter of what a request may cost here altogether.
 */
export class Buckets {
	readonly #counts = new Float64Array(exact + half * (31 - exactBits));

	add(micros: number, count = 1): void {
		const value = micros > mostMicros ? mostMicros : micros | 0;
		const index = value < exact ? Math.max(0, value) : indexOf(value);
		this.#counts[index] = (this.#counts[index] as number) + count;
	}

	addTo(histogram: Histogram): void {
		for (let index = 0; index < this.#counts.length; index++) {
			const count = this.#counts[index] as number;
			if (count > 0) histogram.recordValueWithCount(middleOf(index), count);
		}
	}
}

function indexOf(value: number): number {
	const shift = 32 - exactBits - Math.clz32(value);
	return exact + (shift - 1) * half + (value >>> shift) - half;
}

/** The middle of the values that a bucket counts. */
function middleOf(index: number): number {
	if (index < exact) return index;
	const shift = Math.floor((index - exact) / half) + 1;
	const step = ((index - exact) % half) + half;
	return step * 2 ** shift + 2 ** (shift - 1);
}

export function makeHistogram(): Histogram {
	return build({
		bitBucketSize: 64,
		lowestDiscernibleValue: 1,
		highestTrackableValue: 2 ** 32,
		numberOfSignificantValueDigits: 3,
	});
}

/** The sum of histograms in their compressed base64 form. */
export function mergeHistograms(texts: readonly string[]): Histogram {
	const merged = makeHistogram();
	for (const text of texts) merged.add(decodeFromCompressedBase64(text));
	return merged;
}
