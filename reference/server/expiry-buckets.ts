/**
 * Deadlines rounded up to the next multiple of an interval, so that a touch is mostly free: an item never expires early,
 * and at most one interval late.
 */
export class ExpiryBuckets<T> {
	readonly #intervalMs: number;
	readonly #buckets = new Map<number, Set<T>>();
	readonly #bucketOf = new Map<T, number>();
	#nextMs = Number.POSITIVE_INFINITY;

	constructor(intervalMs: number) {
		this.#intervalMs = intervalMs;
	}

	/** When the earliest item expires; infinite when there is none. */
	get nextMs(): number {
		return this.#nextMs;
	}

	/** Items by the time of their expiry, earliest first. */
	get buckets(): readonly (readonly [expiryMs: number, items: ReadonlySet<T>])[] {
		return [...this.#buckets].sort(([a], [b]) => a - b);
	}

	touch(item: T, nowMs: number, timeoutMs: number): void {
		const expiryMs = (Math.floor((nowMs + timeoutMs) / this.#intervalMs) + 1) * this.#intervalMs;
		const before = this.#bucketOf.get(item);
		if (before === expiryMs) return;
		if (before !== undefined) this.#take(item, before);
		this.#bucketOf.set(item, expiryMs);
		const bucket = this.#buckets.get(expiryMs);
		if (bucket === undefined) this.#buckets.set(expiryMs, new Set([item]));
		else bucket.add(item);
		if (expiryMs < this.#nextMs) this.#nextMs = expiryMs;
	}

	delete(item: T): void {
		const before = this.#bucketOf.get(item);
		if (before === undefined) return;
		this.#bucketOf.delete(item);
		this.#take(item, before);
	}

	/** Takes out everything that has expired by now. */
	takeExpired(nowMs: number): T[] {
		const expired: T[] = [];
		while (this.#nextMs <= nowMs) {
			for (const item of [...(this.#buckets.get(this.#nextMs) ?? [])]) {
				this.delete(item);
				expired.push(item);
			}
		}
		return expired;
	}

	#take(item: T, expiryMs: number): void {
		const bucket = this.#buckets.get(expiryMs);
		bucket?.delete(item);
		if (bucket?.size !== 0) return;
		this.#buckets.delete(expiryMs);
		if (expiryMs === this.#nextMs) this.#nextMs = Math.min(Number.POSITIVE_INFINITY, ...this.#buckets.keys());
	}
}
