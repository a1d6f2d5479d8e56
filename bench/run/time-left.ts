/** Learns from what passed how long the rest takes. */
export class TimeLeft {
	#expectedMs: number;
	#doneMs = 0;
	#tookMs = 0;

	/** @param expectedMs - of everything, by first guesses */
	constructor(expectedMs: number) {
		this.#expectedMs = expectedMs;
	}

	/** Something that was guessed at is over. */
	done(guessedMs: number, tookMs: number): void {
		this.#doneMs += guessedMs;
		this.#tookMs += tookMs;
	}

	get leftMs(): number {
		const factor = this.#doneMs === 0 ? 1 : this.#tookMs / this.#doneMs;
		return Math.max(0, this.#expectedMs - this.#doneMs) * factor;
	}

	toString(): string {
		const seconds = Math.ceil(this.leftMs / 1000);
		return seconds < 100 ? `${seconds} s left` : `${Math.ceil(seconds / 60)} min left`;
	}
}
