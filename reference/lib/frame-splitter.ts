import { intAt, Reader } from "./reader.js";

const prefixBytes = 4;

/** A frame without its length, where it lies: to make a view of it costs as much as to read a small request. */
export class Frame {
	readonly type = "frame";
	readonly #bytes: Uint8Array;
	readonly #start: number;
	readonly #end: number;

	constructor(bytes: Uint8Array, start: number, end: number) {
		this.#bytes = bytes;
		this.#start = start;
		this.#end = end;
	}

	get length(): number {
		return this.#end - this.#start;
	}

	get body(): Uint8Array {
		return this.#bytes.subarray(this.#start, this.#end);
	}

	reader(): Reader {
		return new Reader(this.#bytes, this.#start, this.#end);
	}
}

export type SplitResult =
	| Frame
	/** More bytes are needed. */
	| { readonly type: "partial" }
	/** The length is negative or above the limit: nothing after it can be understood. */
	| { readonly type: "broken"; readonly length: number };

const partial: SplitResult = { type: "partial" };

const nothing = new Uint8Array();

/**
 * Cuts a stream of bytes into length-prefixed frames. A frame that lies in one chunk is a view of it; only a frame that
 * spans chunks is copied.
 */
export class FrameSplitter {
	readonly #frameBytesMax: number;
	/** Let go once it is read: of ten thousand idle links each would keep the memory of what came last. */
	#chunk: Uint8Array = nothing;
	#at = 0;
	/** A frame, prefix included, whose end has not arrived; `#heldLength` bytes of it have. */
	#held: Uint8Array | null = null;
	#heldLength = 0;

	/** `frameBytesMax` limits the body, as jute.maxbuffer does. */
	constructor(frameBytesMax: number) {
		this.#frameBytesMax = frameBytesMax;
	}

	/** Adds what has arrived. Frames of earlier chunks that were not taken out yet stay first. */
	push(bytes: Uint8Array): void {
		const left = this.#chunk.length - this.#at;
		if (left === 0) this.#chunk = bytes;
		else this.#chunk = joined(this.#chunk.subarray(this.#at), bytes);
		this.#at = 0;
	}

	/** The next frame without its length. */
	next(): SplitResult {
		return this.#held === null ? this.#nextInChunk() : this.#nextHeld(this.#held);
	}

	#nextInChunk(): SplitResult {
		const left = this.#chunk.length - this.#at;
		if (left < prefixBytes) return this.#hold(prefixBytes);
		const length = intAt(this.#chunk, this.#at);
		if (length < 0 || length > this.#frameBytesMax) return { type: "broken", length };
		if (left < prefixBytes + length) return this.#hold(prefixBytes + length);
		const start = this.#at + prefixBytes;
		this.#at = start + length;
		return new Frame(this.#chunk, start, this.#at);
	}

	#nextHeld(held: Uint8Array): SplitResult {
		if (!this.#fill(held)) return partial;
		if (held.length > prefixBytes) return this.#release(held);
		const length = intAt(held, 0);
		if (length < 0 || length > this.#frameBytesMax) return { type: "broken", length };
		if (length === 0) return this.#release(held);
		this.#held = new Uint8Array(prefixBytes + length);
		this.#held.set(held);
		return this.#nextHeld(this.#held);
	}

	#hold(length: number): SplitResult {
		const left = this.#chunk.length - this.#at;
		if (left === 0) {
			this.#chunk = nothing;
			this.#at = 0;
			return partial;
		}
		this.#held = new Uint8Array(length);
		this.#heldLength = 0;
		this.#fill(this.#held);
		return partial;
	}

	/** Moves bytes from the chunk into a held frame; tells whether it is full now. */
	#fill(held: Uint8Array): boolean {
		const count = Math.min(held.length - this.#heldLength, this.#chunk.length - this.#at);
		held.set(this.#chunk.subarray(this.#at, this.#at + count), this.#heldLength);
		this.#heldLength += count;
		this.#at += count;
		return this.#heldLength === held.length;
	}

	#release(held: Uint8Array): SplitResult {
		this.#held = null;
		this.#heldLength = 0;
		return new Frame(held, prefixBytes, held.length);
	}
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
	const both = new Uint8Array(first.length + second.length);
	both.set(first);
	both.set(second, first.length);
	return both;
}
