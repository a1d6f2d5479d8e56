/** Requests of one turn, behind each other, until they leave in one write. */
export class Outbox {
	bytes: Buffer;
	length = 0;

	constructor(bytes = 256 * 1024) {
		this.bytes = Buffer.allocUnsafeSlow(bytes);
	}

	/** Room for this many bytes more; gives where they begin. */
	reserve(count: number): number {
		const at = this.length;
		if (at + count > this.bytes.length) this.#grow(at + count);
		this.length = at + count;
		return at;
	}

	/** A new one in place of bytes that somebody else still has to write. */
	renew(): void {
		this.bytes = Buffer.allocUnsafeSlow(this.bytes.length);
	}

	#grow(least: number): void {
		const bytes = Buffer.allocUnsafeSlow(Math.max(least, 2 * this.bytes.length));
		this.bytes.copy(bytes, 0, 0, this.length);
		this.bytes = bytes;
	}
}
