import { assert } from "../lib/assert.js";

/** Draws that depend on the seed alone, the same in every JavaScript engine: integer arithmetic only (sfc32). */
export class Random {
	#a: number;
	#b: number;
	#c: number;
	#counter = 1;

	/** `stream` tells apart several generators of one seed: leaving out draws of one does not move the others. */
	constructor(seed: number, stream = 0) {
		this.#a = seed >>> 0;
		this.#b = Math.floor(seed / 0x1_0000_0000) >>> 0;
		this.#c = (stream * 0x9e3779b1) >>> 0;
		for (let i = 0; i < 12; i++) this.bits();
	}

	/** 32 bits as an unsigned number. */
	bits(): number {
		const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
		this.#counter = (this.#counter + 1) | 0;
		this.#a = this.#b ^ (this.#b >>> 9);
		this.#b = (this.#c + (this.#c << 3)) | 0;
		this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
		return sum >>> 0;
	}

	/** From 0 to 1, 1 excluded. */
	share(): number {
		return this.bits() / 0x1_0000_0000;
	}

	/** An integer from 0 to `count`, `count` excluded. */
	below(count: number): number {
		return Math.floor(this.share() * count);
	}

	/** An integer, both ends included. */
	between(min: number, max: number): number {
		return min + this.below(max - min + 1);
	}

	chance(share: number): boolean {
		return this.share() < share;
	}

	pick<T>(items: readonly T[]): T {
		assert(items.length > 0, "something to pick from");
		return items[this.below(items.length)] as T;
	}

	/** A key, as often as its weight says. */
	weighted<Key extends string>(weights: Readonly<Record<Key, number>>): Key {
		const entries = Object.entries(weights) as [Key, number][];
		let left = this.share() * entries.reduce((sum, [, weight]) => sum + weight, 0);
		for (const [key, weight] of entries) {
			left -= weight;
			if (left < 0) return key;
		}
		return (entries.at(-1) as [Key, number])[0];
	}
}
