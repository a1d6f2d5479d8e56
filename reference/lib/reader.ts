import { decodeUtf8 } from "./utf8.js";

/** Input that is not what the record says: too short, a negative length, a length beyond the end. */
export class DecodeError extends Error {
	override readonly name = "DecodeError";
}

/** Reads jute values (big-endian) out of one slice without copying; buffers are views into it. */
export class Reader {
	readonly #bytes: Uint8Array;
	readonly #view: DataView;
	#at = 0;

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	}

	get offset(): number {
		return this.#at;
	}

	get remaining(): number {
		return this.#bytes.length - this.#at;
	}

	/** Any byte but 0 is true, as in Java's DataInput. */
	boolean(): boolean {
		return this.byte() !== 0;
	}

	byte(): number {
		return this.#view.getInt8(this.#take(1));
	}

	int(): number {
		return this.#view.getInt32(this.#take(4));
	}

	/** A 64-bit value known to fit a number exactly (zxids, times, log checksums). */
	long(): number {
		const at = this.#take(8);
		return this.#view.getInt32(at) * 0x1_0000_0000 + this.#view.getUint32(at + 4);
	}

	bigLong(): bigint {
		return this.#view.getBigInt64(this.#take(8));
	}

	buffer(): Uint8Array | null {
		const length = this.int();
		if (length === -1) return null;
		return this.raw(length);
	}

	ustring(): string | null {
		const bytes = this.buffer();
		return bytes === null ? null : decodeUtf8(bytes);
	}

	vector<T>(read: () => T): T[] | null {
		const count = this.int();
		if (count === -1) return null;
		// Every item takes a byte or more, so a larger count can not be meant seriously.
		if (count < 0 || count > this.remaining)
			throw new DecodeError(`vector of ${count} items in ${this.remaining} bytes`);
		const items: T[] = [];
		for (let i = 0; i < count; i++) items.push(read());
		return items;
	}

	raw(length: number): Uint8Array {
		const at = this.#take(length);
		return this.#bytes.subarray(at, at + length);
	}

	#take(count: number): number {
		if (count < 0 || count > this.remaining) throw new DecodeError(`${count} bytes wanted, ${this.remaining} left`);
		const at = this.#at;
		this.#at += count;
		return at;
	}
}
