/**
 * A session's own children, numbered from 0: each create takes the next number, each delete the oldest, and nobody else
 * is there. So the numbers from `deleted` to before `created` exist once all that was sent has been answered.
 */
export class Children {
	created = 0;
	deleted = 0;
	/** Older ones of which some may exist, since their requests were under way on a connection that was lost. */
	leftMost = 0;
	leftLeast = 0;

	get count(): number {
		return this.created - this.deleted;
	}

	/** A connection was lost with these under way: what there is now is left alone, because nobody knows what. */
	abandon(creates: number, deletes: number): void {
		this.leftMost += this.count + deletes;
		this.leftLeast += Math.max(0, this.count - creates);
		this.deleted = this.created;
	}
}
