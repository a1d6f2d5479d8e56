import { seededRandom } from "../../conformance/client/random.js";

/** Draws from one seed. */
export class Chance {
	readonly #random: () => number;

	constructor(seed: number) {
		this.#random = seededRandom(seed);
	}

	/** True in this share of all cases. */
	happens(share: number): boolean {
		return this.#random() < share;
	}

	/** A whole number from 0 to one less than `limit`. */
	below(limit: number): number {
		return Math.floor(this.#random() * limit);
	}

	/** One of these; the list must not be empty. */
	pick<T>(items: readonly T[]): T {
		return items[this.below(items.length)] as T;
	}

	some<T>(items: readonly T[], most: number): T[] {
		return Array.from({ length: this.below(most + 1) }, () => this.pick(items));
	}

	/** One of these, as often as its weight says. */
	weighted<T>(items: readonly (readonly [number, T])[]): T {
		let left = this.#random() * items.reduce((sum, [weight]) => sum + weight, 0);
		for (const [weight, item] of items) {
			left -= weight;
			if (left < 0) return item;
		}
		return (items.at(-1) as readonly [number, T])[1];
	}
}
