import { encodeIntoCompressedBase64, type Histogram } from "hdr-histogram-js";
import type { Latency } from "./contract.js";

/** The usual percentiles of a histogram of microseconds, and all of it. */
export function latencyOf(histogram: Histogram): Latency {
	return {
		count: histogram.totalCount,
		meanMicros: histogram.mean,
		p50Micros: histogram.getValueAtPercentile(50),
		p90Micros: histogram.getValueAtPercentile(90),
		p99Micros: histogram.getValueAtPercentile(99),
		p999Micros: histogram.getValueAtPercentile(99.9),
		maxMicros: histogram.maxValue,
		histogram: encodeIntoCompressedBase64(histogram),
	};
}
