import { int64Of } from "../lib/reader.js";

const twoTo32 = 0x1_0000_0000;

/** A sum of 32-bit digests mod 2^64, in two halves because it outgrows what a number holds exactly. */
export class DigestSum {
	#high = 0;
	#low = 0;

	get value(): bigint {
		return int64Of(this.#high, this.#low);
	}

	/** Of a digest just its 32 bits count, whatever their sign. */
	add(digest: number): void {
		this.#low += digest >>> 0;
		if (this.#low < twoTo32) return;
		this.#low -= twoTo32;
		this.#high = (this.#high + 1) >>> 0;
	}

	subtract(digest: number): void {
		this.#low -= digest >>> 0;
		if (this.#low >= 0) return;
		this.#low += twoTo32;
		this.#high = (this.#high - 1) >>> 0;
	}

	/** Takes over the value of another sum. */
	set(other: DigestSum): void {
		this.#high = other.#high;
		this.#low = other.#low;
	}
}
