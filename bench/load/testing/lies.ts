import type { Answer, Said } from "./small-server.js";

/** What a server is wrong in; counts are of the operation in question, from 1. */
export interface Lies {
	/** Acknowledges this setData and does nothing. */
	readonly forgets?: (count: number) => boolean;
	/** Acknowledges this create and does nothing. */
	readonly forgetsCreate?: (count: number) => boolean;
	/** Answers this getData with what the node was before its last setData. */
	readonly stale?: (count: number) => boolean;
	/** Tells no watcher of this create, delete or setData. */
	readonly silent?: (operation: string, count: number) => boolean;
	/** Tells of a change of a node that nobody asked about, before this answer. */
	readonly chatters?: (operation: string, count: number) => boolean;
	/** Says what it has for the connection that asks this once the promise is there; undefined: at once. */
	readonly late?: (operation: string, count: number) => Promise<void> | undefined;
	/** The answers of one turn in the order in which they leave. */
	readonly order?: (said: readonly Said[]) => readonly Said[];
	/** What is said instead of the right answer; undefined for nothing, "close" to hang up. */
	readonly twist?: (operation: string, right: Answer, count: number) => Answer | "close" | undefined;
}

const every = (nth: number) => (count: number) => count % nth === 0;

/** Two answers to reads or setData of one turn change places, once in so many turns. */
function swapping(nth: number): (said: readonly Said[]) => readonly Said[] {
	let count = 0;
	return (said) => {
		const [first, second, ...others] = said;
		if (first === undefined || second === undefined || !isSwapped(first) || !isSwapped(second)) return said;
		return ++count % nth === 0 ? [second, first, ...others] : said;
	};
}

function isSwapped({ operation }: Said): boolean {
	return operation === "getData" || operation === "setData";
}

/** Servers that whole programs are tried on, by what they do. */
export const liars: Readonly<Record<string, () => Lies>> = {
	none: () => ({}),
	"drops-writes": () => ({ forgets: every(1000) }),
	"stale-reads": () => ({ stale: every(100) }),
	"out-of-order": () => ({ order: swapping(50) }),
};
