import { seededRandom } from "../../conformance/client/random.js";
import { unreachable } from "../../conformance/client/unreachable.js";
import type { Sizes } from "./contract.js";

/** Key, sequence, seed and length, four bytes each; a shorter value has the beginning of it. */
const headBytes = 16;
/** Places in the pool at which a filler begins. */
const fillers = 4096;

/**
 * What is written: length and bytes follow from the key and the count of writes to it, so that whoever reads a value, in
 * whatever process, knows what is due.
 */
export class Values {
	readonly bytesMost: number;
	readonly #sizes: Sizes;
	readonly #seed: number;
	readonly #pool: Buffer;
	readonly #head = Buffer.alloc(headBytes);
	readonly #weights: number;

	constructor(sizes: Sizes, seed: number) {
		this.#sizes = sizes;
		this.#seed = seed >>> 0;
		this.bytesMost = mostOf(sizes);
		const random = seededRandom(seed);
		this.#pool = Buffer.from(Array.from({ length: this.bytesMost + fillers }, () => Math.floor(random() * 256)));
		this.#weights = sizes.kind === "weighted" ? sizes.sizes.reduce((sum, { weight }) => sum + weight, 0) : 0;
	}

	lengthOf(key: number, sequence: number): number {
		const sizes = this.#sizes;
		switch (sizes.kind) {
			case "fixed":
				return sizes.bytes;
			case "uniform":
				return sizes.least + (this.#mix(key, sequence) % (sizes.most - sizes.least + 1));
			case "weighted": {
				let drawn = (this.#mix(key, sequence) / 2 ** 32) * this.#weights;
				const found = sizes.sizes.find(({ weight }) => {
					drawn -= weight;
					return drawn < 0;
				});
				return found?.bytes ?? 0;
			}
			default:
				return unreachable(sizes);
		}
	}

	/** Writes `length` bytes, which must be `lengthOf` the same. */
	write(bytes: Uint8Array, at: number, length: number, key: number, sequence: number): void {
		if (length < headBytes) {
			bytes.set(this.#headOf(key, sequence, length).subarray(0, length), at);
			return;
		}
		putInt(bytes, at, key);
		putInt(bytes, at + 4, sequence);
		putInt(bytes, at + 8, this.#seed);
		putInt(bytes, at + 12, length);
		const from = this.#mix(key, sequence) % fillers;
		bytes.set(this.#pool.subarray(from, from + length - headBytes), at + headBytes);
	}

	/** The sequence that a value says, or undefined where it is too short to say one. */
	maybeSequence(view: DataView, at: number, length: number): number | undefined {
		return length < 8 ? undefined : view.getInt32(at + 4);
	}

	/** Compares the first bytes, or all of them. */
	isRight(
		bytes: Buffer,
		view: DataView,
		at: number,
		length: number,
		key: number,
		sequence: number,
		whole: boolean,
	): boolean {
		if (length < headBytes) {
			return bytes.compare(this.#headOf(key, sequence, length), 0, length, at, at + length) === 0;
		}
		const isHead =
			view.getInt32(at) === key &&
			view.getInt32(at + 4) === sequence &&
			view.getUint32(at + 8) === this.#seed &&
			view.getInt32(at + 12) === length;
		if (!isHead || !whole) return isHead;
		const from = this.#mix(key, sequence) % fillers;
		return bytes.compare(this.#pool, from, from + length - headBytes, at + headBytes, at + length) === 0;
	}

	#headOf(key: number, sequence: number, length: number): Buffer {
		putInt(this.#head, 0, key);
		putInt(this.#head, 4, sequence);
		putInt(this.#head, 8, this.#seed);
		putInt(this.#head, 12, length);
		return this.#head;
	}

	#mix(key: number, sequence: number): number {
		let mixed = Math.imul(key ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(sequence + this.#seed, 0xc2b2ae35);
		mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
		return (mixed ^ (mixed >>> 15)) >>> 0;
	}
}

function mostOf(sizes: Sizes): number {
	switch (sizes.kind) {
		case "fixed":
			return sizes.bytes;
		case "uniform":
			return sizes.most;
		case "weighted":
			return Math.max(...sizes.sizes.map(({ bytes }) => bytes));
		default:
			return unreachable(sizes);
	}
}

export function putInt(bytes: Uint8Array, at: number, value: number): void {
	bytes[at] = value >>> 24;
	bytes[at + 1] = value >>> 16;
	bytes[at + 2] = value >>> 8;
	bytes[at + 3] = value;
}
