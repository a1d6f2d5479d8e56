/** Appends numbers as little-endian groups of seven bits; exact up to 2^53. */
export class VarintWriter {
	#bytes = new Uint8Array(1 << 12);
	#length = 0;

	/** A whole number from 0. */
	unsigned(value: number): void {
		if (this.#length + 8 > this.#bytes.length) this.#grow();
		let rest = value;
		while (rest >= 128) {
			this.#bytes[this.#length++] = (rest % 128) + 128;
			rest = Math.floor(rest / 128);
		}
		this.#bytes[this.#length++] = rest;
	}

	/** Small numbers of both signs stay small. */
	signed(value: number): void {
		this.unsigned(value < 0 ? -2 * value - 1 : 2 * value);
	}

	finish(): Uint8Array {
		return this.#bytes.subarray(0, this.#length);
	}

	#grow(): void {
		const bytes = new Uint8Array(this.#bytes.length * 2);
		bytes.set(this.#bytes);
		this.#bytes = bytes;
	}
}

/** Reads what `VarintWriter` wrote, one number after the other. */
export class VarintReader {
	readonly #bytes: Uint8Array;
	#at = 0;

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
	}

	unsigned(): number {
		let byte = this.#bytes[this.#at++] ?? 0;
		let value = byte & 127;
		for (let scale = 128; byte >= 128; scale *= 128) {
			byte = this.#bytes[this.#at++] ?? 0;
			value += (byte & 127) * scale;
		}
		return value;
	}

	signed(): number {
		const value = this.unsigned();
		return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
	}
}
