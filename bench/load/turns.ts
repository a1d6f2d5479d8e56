/** One of several loads that take turns. */
export interface Party {
	/** Makes a slice of the load when it is this party's turn; the first one when all parties have come. */
	take<T>(slice: () => Promise<T>): Promise<T>;
	/** Resolves when no party has a slice left. */
	rest(): Promise<void>;
	/** The others go on without it. */
	leave(): void;
}

/**
 * Loads that are to be compared make their slices one at a time, in the order A B C A C B: what disturbs the machine for
 * longer than a slice disturbs all of them alike, and nobody follows itself, or one of the others more often than another
 * does. What each does before its first slice and after its last one disturbs nobody's.
 */
export class Turns {
	readonly #count: number;
	readonly #first: number;
	readonly #present: Set<number>;
	/** Who has come but not begun, or waits for the next turn. */
	readonly #waiting = new Map<number, () => void>();
	readonly #resting: (() => void)[] = [];
	#hasBegun = false;
	#position = 0;

	/** @param first who begins */
	constructor(count: number, first = 0) {
		this.#count = count;
		this.#first = first;
		this.#present = new Set(Array.from({ length: count }, (_, index) => index));
	}

	/** @param index from 0, below the count */
	party(index: number): Party {
		return {
			take: (slice) => this.#take(index, slice),
			rest: () => {
				this.#leave(index);
				return new Promise((resolve) => {
					this.#resting.push(resolve);
					this.#goOn();
				});
			},
			leave: () => this.#leave(index),
		};
	}

	async #take<T>(index: number, slice: () => Promise<T>): Promise<T> {
		await new Promise<void>((resolve) => {
			this.#waiting.set(index, resolve);
			this.#goOn();
		});
		try {
			return await slice();
		} finally {
			this.#position++;
			this.#goOn();
		}
	}

	#leave(index: number): void {
		this.#present.delete(index);
		this.#goOn();
	}

	#goOn(): void {
		if (this.#present.size === 0) {
			for (const resolve of this.#resting.splice(0)) resolve();
			return;
		}
		this.#hasBegun ||= this.#waiting.size === this.#present.size;
		if (!this.#hasBegun) return;
		while (!this.#present.has(this.#next)) this.#position++;
		// Who makes a slice waits for none, and the turn stays with it until the slice is over.
		const begin = this.#waiting.get(this.#next);
		if (begin === undefined) return;
		this.#waiting.delete(this.#next);
		begin();
	}

	/** Around in one direction, then in the other. */
	get #next(): number {
		const at = this.#position % this.#count;
		const isForwards = Math.floor(this.#position / this.#count) % 2 === 0;
		return (this.#first + (isForwards ? at : this.#count - at)) % this.#count;
	}
}
