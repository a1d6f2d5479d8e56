/** Things that are due at a zxid, the lowest first. */
export class DueQueue<Item extends { readonly due: number }> {
	readonly #heap: Item[] = [];

	push(item: Item): void {
		const heap = this.#heap;
		let hole = heap.push(item) - 1;
		while (hole > 0) {
			const parent = (hole - 1) >>> 1;
			const above = heap[parent] as Item;
			if (above.due <= item.due) break;
			heap[hole] = above;
			hole = parent;
		}
		heap[hole] = item;
	}

	/** Takes what is due at this zxid or before it. */
	maybeTake(zxid: number): Item | undefined {
		const first = this.#heap[0];
		if (first === undefined || first.due > zxid) return undefined;
		const last = this.#heap.pop() as Item;
		if (this.#heap.length > 0) this.#sink(last);
		return first;
	}

	#sink(item: Item): void {
		const heap = this.#heap;
		let hole = 0;
		for (;;) {
			let child = 2 * hole + 1;
			if (child + 1 < heap.length && (heap[child + 1] as Item).due < (heap[child] as Item).due) child++;
			const below = heap[child];
			if (below === undefined || below.due >= item.due) break;
			heap[hole] = below;
			hole = child;
		}
		heap[hole] = item;
	}
}
