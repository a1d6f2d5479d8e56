/**
 * The outside world of a run: time, and connections that carry whole messages. Everything comes back by callbacks and never
 * within the call that asked for it, so that a simulated world gives the same run for the same seed.
 */
export interface Platform {
	/** Whole microseconds of a monotonic clock, from 0 at the start of the run. */
	nowUs(): number;
	/** Calls back once, after that many ms. */
	after(ms: number, callback: () => void): Timer;
	/** Connects to a server by its index. */
	connect(server: number, listener: LinkListener): Link;
}

export interface Timer {
	cancel(): void;
}

export interface LinkListener {
	opened(): void;
	/** A message without its length; only valid during the call. */
	message(body: Uint8Array): void;
	/** Once, also for one that was never opened; not after `Link.close`. */
	closed(): void;
}

export interface Link {
	/** A message without its length. */
	send(body: Uint8Array): void;
	close(): void;
}
