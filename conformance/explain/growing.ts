const numbersAtFirst = 1 << 10;
const bytesAtFirst = 1 << 16;

/** Numbers without an object each, as many as come. */
export class GrowingNumbers {
	#values = new Float64Array(numbersAtFirst);
	#length = 0;

	get length(): number {
		return this.#length;
	}

	push(value: number): void {
		if (this.#length === this.#values.length) {
			const values = new Float64Array(this.#length * 2);
			values.set(this.#values);
			this.#values = values;
		}
		this.#values[this.#length++] = value;
	}

	at(index: number): number {
		return this.#values[index] ?? 0;
	}

	set(index: number, value: number): void {
		this.#values[index] = value;
	}
}

/** Texts one behind the other; each is found again by the number that `add` gave. */
export class GrowingTexts {
	#bytes = Buffer.allocUnsafe(bytesAtFirst);
	#length = 0;
	readonly #ends = new GrowingNumbers();

	/** @returns its number, from 0 */
	add(text: string): number {
		const room = text.length * 3;
		if (this.#length + room > this.#bytes.length) this.#grow(this.#length + room);
		this.#length += this.#bytes.write(text, this.#length, "utf8");
		this.#ends.push(this.#length);
		return this.#ends.length - 1;
	}

	bytesOf(index: number): Uint8Array {
		return this.#bytes.subarray(index === 0 ? 0 : this.#ends.at(index - 1), this.#ends.at(index));
	}

	#grow(needed: number): void {
		const bytes = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
		this.#bytes.copy(bytes, 0, 0, this.#length);
		this.#bytes = bytes;
	}
}
