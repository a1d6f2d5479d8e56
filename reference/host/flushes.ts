import type { Disk } from "./disk.js";

/** The flushes of one disk that are under way, each with what is to happen at its end. */
export class Flushes {
	readonly #disk: Disk;
	readonly #waiting = new Map<number, () => void>();
	#ticket = 0;

	constructor(disk: Disk) {
		this.#disk = disk;
	}

	/** Everything asked of the disk so far is safe when `then` is called. */
	flush(then: () => void): void {
		this.#ticket++;
		this.#waiting.set(this.#ticket, then);
		this.#disk.flush(this.#ticket);
	}

	/** The disk has said so. */
	ended(ticket: number): void {
		const then = this.#waiting.get(ticket);
		this.#waiting.delete(ticket);
		then?.();
	}
}
