/** First in, first out, without moving what stays. */
export class Queue<T> {
	#items: (T | undefined)[] = [];
	#head = 0;

	get length(): number {
		return this.#items.length - this.#head;
	}

	push(item: T): void {
		this.#items.push(item);
	}

	peek(): T | undefined {
		return this.#items[this.#head];
	}

	/** Looks from the front. */
	some(matches: (item: T) => boolean): boolean {
		for (let at = this.#head; at < this.#items.length; at++) if (matches(this.#items[at] as T)) return true;
		return false;
	}

	shift(): T | undefined {
		const item = this.#items[this.#head];
		if (this.#head === this.#items.length) return undefined;
		this.#items[this.#head] = undefined;
		this.#head++;
		if (this.#head === this.#items.length || this.#head > 1024) this.#trim();
		return item;
	}

	#trim(): void {
		if (this.#head * 2 < this.#items.length) return;
		this.#items = this.#items.slice(this.#head);
		this.#head = 0;
	}
}
