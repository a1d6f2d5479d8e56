/** Requests of one session that arrive whether or not it can send them; each knows when it was due. */
export class Arrivals {
	readonly #offsetMs: number;
	readonly #gapMs: number;
	#startsAtMs = Number.POSITIVE_INFINITY;
	#arrived = 0;
	#taken = 0;

	/** @param offsetMs of the first, behind the beginning @param gapMs between two of this session */
	constructor(offsetMs: number, gapMs: number) {
		this.#offsetMs = offsetMs;
		this.#gapMs = gapMs;
	}

	begin(atMs: number): void {
		this.#startsAtMs = atMs + this.#offsetMs;
	}

	/** How many have arrived by now and were not told of before. */
	arrive(nowMs: number): number {
		const behind = Math.max(0, Math.floor((nowMs - this.#startsAtMs) / this.#gapMs) + 1);
		const news = Math.max(0, behind - this.#arrived);
		this.#arrived += news;
		return news;
	}

	/** When the oldest that waits was due, which is taken; undefined when none waits. */
	maybeTake(): number | undefined {
		return this.#taken === this.#arrived ? undefined : this.#due(this.#taken++);
	}

	/** How long each that is not taken has waited. */
	waiting(nowMs: number): number[] {
		return Array.from({ length: this.#arrived - this.#taken }, (_, index) => nowMs - this.#due(this.#taken + index));
	}

	/** Timers know milliseconds: what arrives between two of them arrives at the second. */
	#due(number: number): number {
		return this.#startsAtMs + Math.ceil(number * this.#gapMs);
	}
}
