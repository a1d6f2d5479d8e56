import { build, decodeFromCompressedBase64 } from "hdr-histogram-js";
import type { Latency } from "../load/contract.js";

export interface PercentilePoint {
	/** 2 for the 99th percentile, 3 for the 99.9th. */
	readonly nines: number;
	readonly micros: number;
}

const pointsPerNine = 10;

/** Of all rounds together, from the least to the last percentile that has at least one operation behind it. */
export function percentilesOf(latencies: readonly Latency[]): readonly PercentilePoint[] {
	// One of its own: a histogram that was read has no room for what another one has beyond its maximum.
	const merged = build({ autoResize: true, bitBucketSize: 64, numberOfSignificantValueDigits: 3 });
	for (const { histogram } of latencies) if (histogram !== "") merged.add(decodeFromCompressedBase64(histogram));
	if (merged.totalCount === 0) return [];
	const points = Math.floor(Math.log10(merged.totalCount) * pointsPerNine);
	return Array.from({ length: points + 1 }, (_, index) => {
		const nines = index / pointsPerNine;
		return { nines, micros: Math.max(1, merged.getValueAtPercentile(100 * (1 - 10 ** -nines))) };
	});
}
