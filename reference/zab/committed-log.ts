import type { Zxid } from "../model/ids.js";
import type { Proposal } from "./contract.js";

/** The last committed entries, oldest first: learners that are only a little behind are brought up from here. */
export class CommittedLog {
	readonly #countMax: number;
	#entries: Proposal[] = [];
	#from = 0;

	/** `countMax`: commitLogCount. */
	constructor(countMax: number) {
		this.#countMax = countMax;
	}

	get firstZxid(): Zxid | undefined {
		return this.#entries[this.#from]?.zxid;
	}

	get lastZxid(): Zxid | undefined {
		return this.#entries.at(-1)?.zxid;
	}

	push(entry: Proposal): void {
		this.#entries.push(entry);
		if (this.#entries.length - this.#from <= this.#countMax) return;
		this.#from++;
		if (this.#from <= this.#countMax) return;
		this.#entries = this.#entries.slice(this.#from);
		this.#from = 0;
	}

	/** Nothing before is known any more: the state was replaced. */
	clear(): void {
		this.#entries = [];
		this.#from = 0;
	}

	*[Symbol.iterator](): Generator<Proposal> {
		for (let at = this.#from; at < this.#entries.length; at++) yield this.#entries[at] as Proposal;
	}
}
