export interface Frame {
	readonly type: "frame";
	/** The message without its length; a slice of what the socket read. */
	readonly bytes: Uint8Array;
	/** When its last byte arrived, in ms of the monotonic clock. */
	readonly atMs: number;
}

/** Cuts received bytes into messages; what cannot be a message (text, a negative length) stays as bytes. */
export class FrameInbox {
	#frames: Frame[] = [];
	#next = 0;
	#partial: Buffer[] = [];
	#partialBytes = 0;

	/** Returns the messages that these bytes complete. */
	add(chunk: Buffer, atMs: number): readonly Frame[] {
		this.#partial.push(chunk);
		this.#partialBytes += chunk.length;
		if (this.#partialBytes < this.#neededBytes()) return [];
		const frames: Frame[] = [];
		let rest = this.#joined();
		for (let length = frameLength(rest); length !== undefined; length = frameLength(rest)) {
			frames.push({ type: "frame", bytes: rest.subarray(4, 4 + length), atMs });
			rest = rest.subarray(4 + length);
		}
		this.#partial = rest.length === 0 ? [] : [rest];
		this.#partialBytes = rest.length;
		this.#frames.push(...frames);
		return frames;
	}

	take(): Frame | undefined {
		const frame = this.#frames[this.#next];
		if (frame === undefined) return undefined;
		this.#next++;
		if (this.#next === this.#frames.length) {
			this.#frames = [];
			this.#next = 0;
		}
		return frame;
	}

	/** Everything that was not taken, as the bytes that came. */
	takeAll(): Uint8Array {
		const frames = this.#frames.slice(this.#next).flatMap(({ bytes }) => {
			const length = Buffer.allocUnsafe(4);
			length.writeInt32BE(bytes.length);
			return [length, bytes];
		});
		const all = Buffer.concat([...frames, ...this.#partial]);
		this.#frames = [];
		this.#next = 0;
		this.#partial = [];
		this.#partialBytes = 0;
		return all;
	}

	#neededBytes(): number {
		const first = this.#partial[0];
		if (first === undefined || first.length < 4) return 4;
		const length = first.readInt32BE(0);
		return length < 0 ? Number.POSITIVE_INFINITY : 4 + length;
	}

	#joined(): Buffer {
		const only = this.#partial[0];
		return this.#partial.length === 1 && only !== undefined ? only : Buffer.concat(this.#partial);
	}
}

/** The length of the message at the start, or undefined when it is not there as a whole. */
function frameLength(bytes: Buffer): number | undefined {
	if (bytes.length < 4) return undefined;
	const length = bytes.readInt32BE(0);
	return length >= 0 && bytes.length >= 4 + length ? length : undefined;
}
