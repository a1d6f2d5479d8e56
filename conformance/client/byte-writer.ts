/** A growing big-endian buffer. */
export class ByteWriter {
	#bytes = Buffer.allocUnsafe(256);
	#length = 0;

	byte(value: number): void {
		this.#room(1).writeInt8(value, this.#length - 1);
	}

	int(value: number): void {
		this.#room(4).writeInt32BE(value, this.#length - 4);
	}

	long(value: bigint): void {
		this.#room(8).writeBigInt64BE(value, this.#length - 8);
	}

	float(value: number): void {
		this.#room(4).writeFloatBE(value, this.#length - 4);
	}

	double(value: number): void {
		this.#room(8).writeDoubleBE(value, this.#length - 8);
	}

	raw(bytes: Uint8Array): void {
		this.#room(bytes.length).set(bytes, this.#length - bytes.length);
	}

	/** Length and bytes; null is length -1. */
	buffer(bytes: Uint8Array | null): void {
		this.int(bytes === null ? -1 : bytes.length);
		if (bytes !== null) this.raw(bytes);
	}

	finish(): Uint8Array {
		return this.#bytes.subarray(0, this.#length);
	}

	#room(count: number): Buffer {
		this.#length += count;
		if (this.#length > this.#bytes.length) {
			const larger = Buffer.allocUnsafe(Math.max(this.#length, this.#bytes.length * 2));
			larger.set(this.#bytes);
			this.#bytes = larger;
		}
		return this.#bytes;
	}
}
