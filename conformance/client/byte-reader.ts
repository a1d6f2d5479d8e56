/** Bytes that do not fit their type; `path` names the field and `offset` counts from the start of the body. */
export class DecodeError extends Error {
	override readonly name = "DecodeError";
	readonly path: string;
	readonly offset: number;

	constructor(path: string, offset: number, text: string) {
		super(`${path}: ${text} (at byte ${offset})`);
		this.path = path;
		this.offset = offset;
	}
}

/** Reads big-endian values one after the other; every read names its field for the error. */
export class ByteReader {
	readonly #bytes: Buffer;
	#offset = 0;

	constructor(bytes: Uint8Array) {
		this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	}

	get remaining(): number {
		return this.#bytes.length - this.#offset;
	}

	byte(path: string): number {
		return this.#bytes.readInt8(this.#take(1, path));
	}

	int(path: string): number {
		return this.#bytes.readInt32BE(this.#take(4, path));
	}

	long(path: string): bigint {
		return this.#bytes.readBigInt64BE(this.#take(8, path));
	}

	float(path: string): number {
		return this.#bytes.readFloatBE(this.#take(4, path));
	}

	double(path: string): number {
		return this.#bytes.readDoubleBE(this.#take(8, path));
	}

	/** Length and bytes; a slice, not a copy. */
	buffer(path: string): Uint8Array | null {
		const length = this.count(path);
		if (length === null) return null;
		const start = this.#take(length, path);
		return new Uint8Array(this.#bytes.buffer, this.#bytes.byteOffset + start, length);
	}

	/** A length or count: -1 is null, and no more than the bytes that are left, as nothing takes less than one. */
	count(path: string): number | null {
		const count = this.int(path);
		if (count === -1) return null;
		if (count < 0 || count > this.remaining) {
			throw new DecodeError(path, this.#offset - 4, `length ${count} with ${this.remaining} bytes left`);
		}
		return count;
	}

	rest(): Uint8Array {
		return this.#bytes.subarray(this.#offset);
	}

	fail(path: string, text: string): never {
		throw new DecodeError(path, this.#offset, text);
	}

	#take(count: number, path: string): number {
		if (count > this.remaining) this.fail(path, `${count} bytes expected, ${this.remaining} left`);
		const start = this.#offset;
		this.#offset += count;
		return start;
	}
}
