import type { Clock } from "../server/contract.js";

/** A member's clocks: the monotonic one runs a little too fast or too slow, the wall clock may jump. */
export class SimClock {
	readonly #startMs: number;
	readonly #rate: number;
	#wallOffsetMs: number;

	/** `rate`: simulated ms of this machine in one ms of the world. */
	constructor(startMs: number, rate: number, wallOffsetMs: number) {
		this.#startMs = startMs;
		this.#rate = rate;
		this.#wallOffsetMs = wallOffsetMs;
	}

	jump(byMs: number): void {
		this.#wallOffsetMs += byMs;
	}

	at(worldUs: number): Clock {
		const passedMs = (worldUs / 1000) * this.#rate;
		return { nowMs: this.#startMs + passedMs, wallMs: Math.floor(worldEpochMs + passedMs + this.#wallOffsetMs) };
	}

	/** When the world reaches a time of this machine's monotonic clock, not too early. */
	worldUs(nowMs: number): number {
		return Math.ceil(((nowMs - this.#startMs) / this.#rate) * 1000) + 1;
	}
}

/** Some day; what matters is only that session ids and times look as they do in life. */
const worldEpochMs = 1_700_000_000_000;
