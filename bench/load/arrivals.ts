/** A timer of a millisecond that comes within this time is in time. */
const timelyMs = 2;

/**
 * Requests of one session that arrive whether or not it can send them; each knows when it was due. Timers know
 * milliseconds: what arrived since the last one, if that is not long ago, is due now, or every latency would tell of the
 * timer. Was this process late, then each is due when it should have been sent.
 */
export class Arrivals {
	readonly #offsetMs: number;
	readonly #gapMs: number;
	#startsAtMs = Number.POSITIVE_INFINITY;
	#arrived = 0;
	#taken = 0;
	#nowMs = Number.NEGATIVE_INFINITY;
	/** From this one on they are due now. */
	#firstTimely = 0;

	/** @param offsetMs of the first, behind the beginning @param gapMs between two of this session */
	constructor(offsetMs: number, gapMs: number) {
		this.#offsetMs = offsetMs;
		this.#gapMs = gapMs;
	}

	begin(atMs: number): void {
		this.#startsAtMs = atMs + this.#offsetMs;
	}

	/** The time is now; gives how many have arrived since it was last told. */
	arrive(nowMs: number): number {
		const behind = Math.max(0, Math.floor((nowMs - this.#startsAtMs) / this.#gapMs) + 1);
		const news = Math.max(0, behind - this.#arrived);
		const isTimely = nowMs - this.#nowMs <= timelyMs;
		this.#firstTimely = isTimely ? this.#arrived : this.#arrived + news;
		this.#nowMs = nowMs;
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

	#due(number: number): number {
		return number >= this.#firstTimely ? this.#nowMs : this.#startsAtMs + number * this.#gapMs;
	}
}
