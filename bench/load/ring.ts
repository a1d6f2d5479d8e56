/** Requests under way on one connection, oldest first, as columns; a request's place is its number under the mask. */
export class Ring {
	/** Counts of requests that were ever answered and ever sent. */
	answered = 0;
	sent = 0;
	readonly mask: number;
	readonly kinds: Uint8Array;
	/** The key, or the number of the child. */
	readonly keys: Int32Array;
	/** The sequence of the writer's newest write, or the least version that a stranger may be shown. */
	readonly expected: Int32Array;
	/** The second key of a multi, and its sequence; least and most children of a listing. */
	readonly others: Int32Array;
	readonly othersExpected: Int32Array;
	readonly dueAtMs: Float64Array;

	/** @param capacity requests under way at most */
	constructor(capacity: number) {
		const places = 2 ** Math.ceil(Math.log2(Math.max(2, capacity)));
		this.mask = places - 1;
		this.kinds = new Uint8Array(places);
		this.keys = new Int32Array(places);
		this.expected = new Int32Array(places);
		this.others = new Int32Array(places);
		this.othersExpected = new Int32Array(places);
		this.dueAtMs = new Float64Array(places);
	}

	get underWay(): number {
		return this.sent - this.answered;
	}
}
