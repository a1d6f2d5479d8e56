import { encodeUtf8 } from "./utf8.js";

/** Appends jute values (big-endian) to one growing buffer. `bytes()` is a view: copy it before the next `clear()`. */
export class Writer {
	#buffer: Uint8Array;
	#view: DataView;
	#length = 0;

	constructor(capacityBytes = 256) {
		this.#buffer = new Uint8Array(capacityBytes);
		this.#view = new DataView(this.#buffer.buffer);
	}

	get length(): number {
		return this.#length;
	}

	/** Of the present buffer: what can be written without a larger one. */
	get capacityBytes(): number {
		return this.#buffer.length;
	}

	clear(): void {
		this.#length = 0;
	}

	/** A view of what was written, from an offset on; valid until the next write. */
	bytes(from = 0): Uint8Array {
		return this.#buffer.subarray(from, this.#length);
	}

	/** Such a view of all, which is one frame. */
	frame(): Uint8Array {
		this.endFrame(0);
		return this.bytes();
	}

	/** The int at `start`, written to keep the place, becomes the number of bytes behind it. @returns that of the whole frame */
	endFrame(start: number): number {
		const frameBytes = this.#length - start;
		this.setInt(start, frameBytes - 4);
		return frameBytes;
	}

	/** A copy of what was written. */
	copy(): Uint8Array {
		return this.#buffer.slice(0, this.#length);
	}

	boolean(value: boolean): this {
		return this.byte(value ? 1 : 0);
	}

	byte(value: number): this {
		const at = this.#grow(1);
		this.#buffer[at] = value;
		return this;
	}

	int(value: number): this {
		const at = this.#grow(4);
		this.#view.setInt32(at, value);
		return this;
	}

	/** A signed 64-bit value that a number holds exactly (zxids, times). */
	long(value: number): this {
		const at = this.#grow(8);
		this.#view.setInt32(at, Math.floor(value / 0x1_0000_0000));
		this.#view.setUint32(at + 4, value >>> 0);
		return this;
	}

	bigLong(value: bigint): this {
		const at = this.#grow(8);
		this.#view.setBigInt64(at, value);
		return this;
	}

	/** Length and bytes; `null` is length −1, which is not the empty buffer. */
	buffer(value: Uint8Array | null): this {
		if (value === null) return this.int(-1);
		return this.int(value.length).raw(value);
	}

	ustring(value: string | null): this {
		if (value === null) return this.int(-1);
		return this.#ascii(value) ? this : this.buffer(encodeUtf8(value));
	}

	/** Most paths are plain ASCII: their bytes need no encoder and no copy. Writes nothing when it finds another character. */
	#ascii(value: string): boolean {
		const start = this.#grow(4 + value.length);
		for (let i = 0; i < value.length; i++) {
			const unit = value.charCodeAt(i);
			if (unit >= 0x80) {
				this.#length = start;
				return false;
			}
			this.#buffer[start + 4 + i] = unit;
		}
		this.#view.setInt32(start, value.length);
		return true;
	}

	vector<T>(items: readonly T[] | null, write: (item: T) => void): this {
		if (items === null) return this.int(-1);
		this.int(items.length);
		for (const item of items) write(item);
		return this;
	}

	/** Bytes as they are, without a length. */
	raw(bytes: Uint8Array): this {
		const at = this.#grow(bytes.length);
		this.#buffer.set(bytes, at);
		return this;
	}

	/** Overwrites an int written earlier, for lengths known only afterwards. */
	setInt(at: number, value: number): void {
		this.#view.setInt32(at, value);
	}

	#grow(count: number): number {
		const at = this.#length;
		this.#length += count;
		if (this.#length > this.#buffer.length) this.#reallocate();
		return at;
	}

	#reallocate(): void {
		const larger = new Uint8Array(Math.max(this.#buffer.length * 2, this.#length));
		larger.set(this.#buffer);
		this.#buffer = larger;
		this.#view = new DataView(larger.buffer);
	}
}
