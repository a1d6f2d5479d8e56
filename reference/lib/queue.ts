/** A longer array is not kept for a queue that has become empty: there is one for every connection. */
const keptLengthMax = 64;
/** From here on it may pay to move what stays. */
const headMax = 1024;

/** First in, first out, without moving what stays; a queue that is empty again makes no new array for what comes next. */
export class Queue<T> {
	/** Has room for one: an empty array would take room for 17 with the first item, on every idle connection. */
	#items: (T | undefined)[] = [undefined];
	#head = 0;
	/** Behind the last one. */
	#end = 0;

	get length(): number {
		return this.#end - this.#head;
	}

	push(item: T): void {
		this.#items[this.#end] = item;
		this.#end++;
	}

	peek(): T | undefined {
		return this.#items[this.#head];
	}

	/** Looks from the front. */
	some(matches: (item: T) => boolean): boolean {
		for (let at = this.#head; at < this.#end; at++) if (matches(this.#items[at] as T)) return true;
		return false;
	}

	shift(): T | undefined {
		if (this.#head === this.#end) return undefined;
		const item = this.#items[this.#head];
		this.#items[this.#head] = undefined;
		this.#head++;
		if (this.#head === this.#end) this.#rewind();
		else if (this.#head > headMax && this.#head * 2 >= this.#end) this.#trim();
		return item;
	}

	#rewind(): void {
		if (this.#items.length > keptLengthMax) this.#items = [undefined];
		this.#head = 0;
		this.#end = 0;
	}

	#trim(): void {
		this.#items = this.#items.slice(this.#head, this.#end);
		this.#end -= this.#head;
		this.#head = 0;
	}
}
