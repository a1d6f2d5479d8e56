/** Numbers in [0, 1) that depend on nothing but what the stream is named by. */
export type Random = () => number;

/** What a stream is for: two with one purpose and the same numbers are the same. */
export const streams = { step: 1, servers: 2, schedule: 3, draw: 4, closing: 5 } as const;

/** A stream of its own for each list of numbers (SplitMix-like: one 32-bit word of state, mixed once a draw). */
export function randomOf(...names: readonly number[]): Random {
	let state = 0x9e3779b9;
	for (const name of names) state = mixed((state ^ (name >>> 0)) + Math.trunc(name / 2 ** 32)) + 0x85ebca6b;
	return () => {
		state = (state + 0x9e3779b9) >>> 0;
		return mixed(state) / 2 ** 32;
	};
}

function mixed(word: number): number {
	let value = word >>> 0;
	value = Math.imul(value ^ (value >>> 16), 0x21f0aaad);
	value = Math.imul(value ^ (value >>> 15), 0x735a2d97);
	return (value ^ (value >>> 15)) >>> 0;
}

export function below(random: Random, count: number): number {
	return Math.floor(random() * count);
}

export function between(random: Random, [from, to]: readonly [number, number]): number {
	return from + below(random, to - from + 1);
}

/** One of the items, each as often as its weight says. */
export function weighted<T extends { readonly weight: number }>(random: Random, items: readonly T[]): T {
	const total = items.reduce((sum, { weight }) => sum + weight, 0);
	let rest = random() * total;
	const found = items.find(({ weight }) => {
		rest -= weight;
		return rest < 0;
	});
	const chosen = found ?? items.at(-1);
	if (chosen === undefined) throw new Error("nothing to choose from");
	return chosen;
}
