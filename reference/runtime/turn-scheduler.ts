/** Calls `turn` after a wake, once for all events of one round of the event loop, and when the deadline is reached. */
export class TurnScheduler {
	readonly #turn: () => void;
	readonly #deadlineMs: () => number;
	#awake = false;
	#timer: NodeJS.Timeout | undefined;
	#timerAtMs = Number.POSITIVE_INFINITY;

	/** Deadlines are on the clock of `performance.now()`. */
	constructor(turn: () => void, deadlineMs: () => number) {
		this.#turn = turn;
		this.#deadlineMs = deadlineMs;
	}

	wake(): void {
		if (this.#awake) return;
		this.#awake = true;
		setImmediate(() => this.#run());
	}

	stop(): void {
		this.#awake = true;
		clearTimeout(this.#timer);
	}

	#run(): void {
		this.#awake = false;
		this.#turn();
		if (this.#awake) return;
		const deadlineMs = this.#deadlineMs();
		if (deadlineMs <= performance.now()) this.wake();
		// A timer that is early costs a turn; setting it anew in every turn would cost more.
		else if (deadlineMs < this.#timerAtMs) this.#arm(deadlineMs);
	}

	#arm(deadlineMs: number): void {
		clearTimeout(this.#timer);
		this.#timerAtMs = deadlineMs;
		const delayMs = Math.min(Math.ceil(deadlineMs - performance.now()), 2 ** 31 - 1);
		this.#timer = setTimeout(() => {
			this.#timerAtMs = Number.POSITIVE_INFINITY;
			this.wake();
		}, delayMs);
	}
}
