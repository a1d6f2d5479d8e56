import { textOf } from "./text-cache.js";

/** Input that is not what the record says: too short, a negative length, a length beyond the end. */
export class DecodeError extends Error {
	override readonly name = "DecodeError";
}

/** A big-endian int. Shifts and no DataView: making one would cost more than reading the few numbers of a request. */
export function intAt(bytes: Uint8Array, at: number): number {
	const high = ((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16);
	return high | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
}

/** A big-endian 64-bit value known to fit a number exactly. */
export function longAt(bytes: Uint8Array, at: number): number {
	return intAt(bytes, at) * 0x1_0000_0000 + (intAt(bytes, at + 4) >>> 0);
}

const halves = new DataView(new ArrayBuffer(8));

/** The signed 64-bit value of two halves. By way of memory: with shifts there would be four bigints on the way. */
export function int64Of(high: number, low: number): bigint {
	halves.setInt32(0, high);
	halves.setInt32(4, low);
	return halves.getBigInt64(0);
}

/** Reads jute values (big-endian) out of one slice without copying; buffers are views into it. */
export class Reader {
	readonly #bytes: Uint8Array;
	#at: number;
	readonly #end: number;

	constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
		this.#bytes = bytes;
		this.#at = at;
		this.#end = end;
	}

	get offset(): number {
		return this.#at;
	}

	get remaining(): number {
		return this.#end - this.#at;
	}

	/** Any byte but 0 is true, as in Java's DataInput. */
	boolean(): boolean {
		return this.byte() !== 0;
	}

	byte(): number {
		return ((this.#bytes[this.#take(1)] as number) << 24) >> 24;
	}

	int(): number {
		return intAt(this.#bytes, this.#take(4));
	}

	/** A 64-bit value known to fit a number exactly (zxids, times, log checksums). */
	long(): number {
		return longAt(this.#bytes, this.#take(8));
	}

	bigLong(): bigint {
		const at = this.#take(8);
		return int64Of(intAt(this.#bytes, at), intAt(this.#bytes, at + 4));
	}

	/** Whether a null buffer or text comes next; nothing is read. */
	isNullNext(): boolean {
		return this.remaining >= 4 && intAt(this.#bytes, this.#at) === -1;
	}

	buffer(): Uint8Array | null {
		const length = this.int();
		if (length === -1) return null;
		return this.raw(length);
	}

	ustring(): string | null {
		const length = this.int();
		if (length === -1) return null;
		const at = this.#take(length);
		return textOf(this.#bytes, at, at + length);
	}

	/** A count of −1 is null; Apache takes any count below that for an empty list. */
	vector<T>(read: () => T): T[] | null {
		const count = this.int();
		if (count === -1) return null;
		// Every item takes a byte or more, so a larger count can not be meant seriously.
		if (count > this.remaining) throw new DecodeError(`vector of ${count} items in ${this.remaining} bytes`);
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
