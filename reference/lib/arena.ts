const chunkBytes = 1 << 16;

/**
 * Copies bytes to the end of a larger piece of memory: a buffer for each would cost more than the copy. A piece goes when
 * nothing in it is used any more, so this is for bytes that are forgotten in about the order in which they came.
 */
export class Arena {
	#chunk = new Uint8Array(0);
	#at = 0;

	/** A copy, nobody else's. */
	keep(bytes: Uint8Array): Uint8Array {
		if (bytes.length > chunkBytes / 8) return bytes.slice();
		if (this.#at + bytes.length > this.#chunk.length) this.#renew();
		const copy = this.#chunk.subarray(this.#at, this.#at + bytes.length);
		copy.set(bytes);
		this.#at += bytes.length;
		return copy;
	}

	#renew(): void {
		this.#chunk = new Uint8Array(chunkBytes);
		this.#at = 0;
	}
}
