interface Planned {
	readonly atUs: number;
	/** Of two at the same time the one planned first comes first. */
	readonly order: number;
	readonly run: () => void;
}

/** What will happen, in the order of simulated time (whole microseconds); a binary heap. */
export class EventQueue {
	nowUs = 0;
	/** Events performed. */
	stepCount = 0;
	readonly #heap: Planned[] = [];
	#planned = 0;

	get length(): number {
		return this.#heap.length;
	}

	after(delayUs: number, run: () => void): void {
		this.at(this.nowUs + delayUs, run);
	}

	at(atUs: number, run: () => void): void {
		const item = { atUs: Math.max(atUs, this.nowUs), order: this.#planned++, run };
		this.#heap.push(item);
		this.#rise(this.#heap.length - 1, item);
	}

	/** Performs the next event; false when there is none before `untilUs`. */
	step(untilUs: number): boolean {
		const first = this.#heap[0];
		if (first === undefined || first.atUs > untilUs) return false;
		const last = this.#heap.pop() as Planned;
		if (this.#heap.length > 0) this.#sink(last);
		this.nowUs = first.atUs;
		this.stepCount++;
		first.run();
		return true;
	}

	#rise(from: number, item: Planned): void {
		const heap = this.#heap;
		let at = from;
		while (at > 0) {
			const above = (at - 1) >> 1;
			const parent = heap[above] as Planned;
			if (isBefore(parent, item)) break;
			heap[at] = parent;
			at = above;
		}
		heap[at] = item;
	}

	#sink(item: Planned): void {
		const heap = this.#heap;
		const { length } = heap;
		let at = 0;
		for (let below = 1; below < length; below = 2 * at + 1) {
			const right = below + 1;
			if (right < length && isBefore(heap[right] as Planned, heap[below] as Planned)) below = right;
			const child = heap[below] as Planned;
			if (isBefore(item, child)) break;
			heap[at] = child;
			at = below;
		}
		heap[at] = item;
	}
}

function isBefore(one: Planned, other: Planned): boolean {
	return one.atUs < other.atUs || (one.atUs === other.atUs && one.order < other.order);
}
