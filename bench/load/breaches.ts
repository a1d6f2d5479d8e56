import type { Breach } from "./contract.js";

/** What servers did wrong: by rule, how often, and the first time in words. */
export class Breaches {
	readonly #byRule = new Map<string, { text: string; count: number }>();

	add(rule: string, text: () => string, count = 1): void {
		const known = this.#byRule.get(rule);
		if (known === undefined) this.#byRule.set(rule, { text: text(), count });
		else known.count += count;
	}

	list(): Breach[] {
		return [...this.#byRule].map(([rule, breach]) => ({ rule, ...breach }));
	}
}

export function mergeBreaches(lists: readonly (readonly Breach[])[]): Breach[] {
	const all = new Breaches();
	for (const { rule, text, count } of lists.flat()) all.add(rule, () => text, count);
	return all.list();
}
