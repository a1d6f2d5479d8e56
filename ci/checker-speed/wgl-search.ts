import type { HistoryRecord } from "../../conformance/history/record.js";

/** What a general checker says of a register: it knows no zxids, and searches an order of all operations that explains them. */
export interface SearchVerdict {
	readonly outcome: "linearizable" | "not linearizable" | "undecided";
	/** On a processor: other work on the machine does not count. */
	readonly cpuMs: number;
	/** Sets of operations, with the value behind them, that were tried. */
	readonly tried: number;
}

/** One end of one operation, in a list in the order of time out of which operations are lifted and put back. */
interface Entry {
	readonly operation: number;
	/** The other end; undefined for the end itself. */
	readonly end: Entry | undefined;
	before: Entry | undefined;
	next: Entry | undefined;
}

interface RegisterOperation {
	readonly writes: boolean;
	readonly value: number;
}

/**
 * The search of Wing and Gong with Lowe's memory of what was tried, as Porcupine does it: operations are taken in an order
 * that their times allow, and taken back where none fits any more.
 */
export function searchOrder(records: Iterable<HistoryRecord>, limitMs: number): SearchVerdict {
	const { head, operations } = entriesOf(records);
	const search = new Search(head, operations);
	const start = process.cpuUsage();
	const cpuMs = () => {
		const { user, system } = process.cpuUsage(start);
		return (user + system) / 1000;
	};
	for (let steps = 1; ; steps++) {
		const outcome = search.step();
		if (outcome !== undefined) return { outcome, cpuMs: cpuMs(), tried: search.tried };
		if (steps % 1024 === 0 && cpuMs() > limitMs) return { outcome: "undecided", cpuMs: cpuMs(), tried: search.tried };
	}
}

class Search {
	tried = 0;
	readonly #head: Entry;
	readonly #operations: readonly RegisterOperation[];
	readonly #taken: Uint32Array;
	readonly #seen = new Map<number, { readonly taken: Uint32Array; readonly value: number }[]>();
	readonly #stack: { readonly entry: Entry; readonly value: number }[] = [];
	#value = 0;
	#entry: Entry | undefined;

	constructor(head: Entry, operations: readonly RegisterOperation[]) {
		this.#head = head;
		this.#operations = operations;
		this.#taken = new Uint32Array(Math.ceil(operations.length / 32));
		this.#entry = head.next;
	}

	/** Looks at one entry; undefined while nothing is decided. */
	step(): "linearizable" | "not linearizable" | undefined {
		const entry = this.#entry;
		if (entry === undefined) return "linearizable";
		if (entry.end === undefined) return this.#back();
		if (this.#take(entry)) this.#entry = this.#head.next;
		else this.#entry = entry.next;
		return this.#head.next === undefined ? "linearizable" : undefined;
	}

	#take(entry: Entry): boolean {
		const { writes, value } = this.#operations[entry.operation] as RegisterOperation;
		if (!writes && value !== this.#value) return false;
		const after = writes ? value : this.#value;
		this.#flip(entry.operation);
		if (!this.#isNew(after)) {
			this.#flip(entry.operation);
			return false;
		}
		this.#stack.push({ entry, value: this.#value });
		this.#value = after;
		lift(entry);
		return true;
	}

	#back(): "not linearizable" | undefined {
		const last = this.#stack.pop();
		if (last === undefined) return "not linearizable";
		this.#value = last.value;
		this.#flip(last.entry.operation);
		putBack(last.entry);
		this.#entry = last.entry.next;
		return undefined;
	}

	#flip(operation: number): void {
		const word = operation >>> 5;
		this.#taken[word] = (this.#taken[word] as number) ^ (1 << (operation & 31));
	}

	#isNew(value: number): boolean {
		let hash = value;
		for (const word of this.#taken) hash = Math.imul(hash ^ word, 0x01000193) ^ (hash >>> 15);
		const same = this.#seen.get(hash) ?? [];
		if (same.some((one) => one.value === value && one.taken.every((word, index) => word === this.#taken[index])))
			return false;
		same.push({ taken: this.#taken.slice(), value });
		this.#seen.set(hash, same);
		this.tried++;
		return true;
	}
}

function lift(entry: Entry): void {
	for (const one of [entry, entry.end as Entry]) {
		(one.before as Entry).next = one.next;
		if (one.next !== undefined) one.next.before = one.before;
	}
}

function putBack(entry: Entry): void {
	for (const one of [entry.end as Entry, entry]) {
		(one.before as Entry).next = one;
		if (one.next !== undefined) one.next.before = one;
	}
}

function entriesOf(records: Iterable<HistoryRecord>): { head: Entry; operations: RegisterOperation[] } {
	const written = new Map<string, number>([["0", 0]]);
	const numberOf = (data: string) => {
		if (!written.has(data)) written.set(data, written.size);
		return written.get(data) as number;
	};
	const operations: RegisterOperation[] = [];
	const all = [...records].filter(({ type }) => type === "call" || type === "reply");
	for (const record of all) {
		if (record.type === "call" && record.operation.op === "setData") {
			operations[record.call] = { writes: true, value: numberOf(record.operation.data ?? "") };
		}
		if (record.type === "reply" && record.result.op === "getData") {
			operations[record.call] = { writes: false, value: numberOf(record.result.data ?? "") };
		}
	}
	return { head: linked(all), operations };
}

function linked(records: readonly HistoryRecord[]): Entry {
	const head: Entry = { operation: -1, end: undefined, before: undefined, next: undefined };
	let last = head;
	const append = (entry: Entry): void => {
		entry.before = last;
		last.next = entry;
		last = entry;
	};
	const ends = new Map<number, Entry>();
	for (const record of records) {
		if (record.type === "reply" || (record.type === "call" && record.operation.op === "setData"))
			ends.set(record.call, { operation: record.call, end: undefined, before: undefined, next: undefined });
	}
	for (const record of records) {
		const end = "call" in record ? ends.get(record.call) : undefined;
		if (end === undefined) continue;
		const entry = record.type === "call" ? { operation: end.operation, end, before: last, next: undefined } : end;
		append(entry);
		if (entry === end) ends.delete(end.operation);
	}
	// A write without a reply may take effect at any time from its call on: it ends behind everything.
	for (const end of ends.values()) append(end);
	return head;
}
