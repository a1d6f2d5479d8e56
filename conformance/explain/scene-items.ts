import { GrowingNumbers, GrowingTexts } from "./growing.js";

/** One call or event as it is gathered; what a reply tells comes later. */
export interface NewItem {
	readonly lane: number;
	readonly startUs: number;
	readonly kind: number;
	readonly slot: number;
	readonly path: number;
	readonly record: number;
	readonly connection: number;
	/** JSON of what it asked. */
	readonly asked: string;
}

/** What the end of a call adds. */
export interface ItemEnd {
	readonly endUs: number;
	readonly flags: number;
	readonly zxid: number;
	readonly err: number;
	readonly reply: number;
	/** JSON of what was answered. */
	readonly answered: string;
}

/** Items in the order in which they began: columns of numbers, so that a million of them fit. */
export class SceneItems {
	readonly lane = new GrowingNumbers();
	readonly start = new GrowingNumbers();
	readonly end = new GrowingNumbers();
	readonly kind = new GrowingNumbers();
	readonly flags = new GrowingNumbers();
	readonly slot = new GrowingNumbers();
	readonly path = new GrowingNumbers();
	readonly zxid = new GrowingNumbers();
	readonly err = new GrowingNumbers();
	readonly record = new GrowingNumbers();
	readonly reply = new GrowingNumbers();
	readonly connection = new GrowingNumbers();
	readonly #texts = new GrowingTexts();
	readonly #asked = new GrowingNumbers();
	readonly #answered = new GrowingNumbers();

	get count(): number {
		return this.start.length;
	}

	/** @returns its number */
	begin(item: NewItem): number {
		this.lane.push(item.lane);
		this.start.push(item.startUs);
		this.end.push(item.startUs);
		this.kind.push(item.kind);
		this.flags.push(0);
		this.slot.push(item.slot);
		this.path.push(item.path);
		this.zxid.push(0);
		this.err.push(0);
		this.record.push(item.record);
		this.reply.push(0);
		this.connection.push(item.connection);
		this.#asked.push(this.#texts.add(item.asked));
		this.#answered.push(-1);
		return this.count - 1;
	}

	finish(index: number, end: ItemEnd): void {
		this.end.set(index, end.endUs);
		this.flags.set(index, end.flags);
		this.zxid.set(index, end.zxid);
		this.err.set(index, end.err);
		this.reply.set(index, end.reply);
		if (end.answered !== "") this.#answered.set(index, this.#texts.add(end.answered));
	}

	askedBytes(index: number): Uint8Array {
		return this.#texts.bytesOf(this.#asked.at(index));
	}

	/** Undefined when nothing was answered beside zxid and error. */
	answeredBytes(index: number): Uint8Array | undefined {
		const answered = this.#answered.at(index);
		return answered === -1 ? undefined : this.#texts.bytesOf(answered);
	}
}
