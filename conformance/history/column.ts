/**
 * Numbers that only grow in number. Two classes and not one: code that meets both kinds of typed array in one place is
 * several times slower.
 */
export class IntColumn {
	#values: Int32Array;
	#length = 0;

	constructor(capacity = 1024) {
		this.#values = new Int32Array(capacity);
	}

	get length(): number {
		return this.#length;
	}

	/** `index` is below `length`. */
	get(index: number): number {
		return this.#values[index] as number;
	}

	set(index: number, value: number): void {
		this.#values[index] = value;
	}

	push(value: number): void {
		if (this.#length === this.#values.length) this.#grow();
		this.#values[this.#length++] = value;
	}

	/** The numbers of another column at these indexes. */
	pushAll(from: IntColumn, indexes: Int32Array): void {
		for (let place = 0; place < indexes.length; place++) this.push(from.get(indexes[place] as number));
	}

	#grow(): void {
		const grown = new Int32Array(grownCapacity(this.#values.length));
		grown.set(this.#values);
		this.#values = grown;
	}
}

/** As `IntColumn`, for zxids and times. */
export class FloatColumn {
	#values: Float64Array;
	#length = 0;

	constructor(capacity = 1024) {
		this.#values = new Float64Array(capacity);
	}

	get length(): number {
		return this.#length;
	}

	/** `index` is below `length`. */
	get(index: number): number {
		return this.#values[index] as number;
	}

	set(index: number, value: number): void {
		this.#values[index] = value;
	}

	push(value: number): void {
		if (this.#length === this.#values.length) this.#grow();
		this.#values[this.#length++] = value;
	}

	/** The numbers of another column at these indexes. */
	pushAll(from: FloatColumn, indexes: Int32Array): void {
		for (let place = 0; place < indexes.length; place++) this.push(from.get(indexes[place] as number));
	}

	#grow(): void {
		const grown = new Float64Array(grownCapacity(this.#values.length));
		grown.set(this.#values);
		this.#values = grown;
	}
}

function grownCapacity(capacity: number): number {
	return Math.ceil(capacity * 1.6) + 16;
}
