/** A message without its length; the bytes are only valid during the call. */
export type Receive = (bytes: Buffer, view: DataView, at: number, end: number) => void;

const messageBytesMost = 256 * 1024 * 1024;

/** Finds the messages in a stream of chunks; none is copied but one that two chunks share. */
export class Splitter {
	readonly #receive: Receive;
	#carry = Buffer.allocUnsafeSlow(256);
	#carryView = viewOf(this.#carry);
	#carried = 0;
	#stopped = false;

	constructor(receive: Receive) {
		this.#receive = receive;
	}

	/** No message is told of any more, those of the chunk under way included. */
	stop(): void {
		this.#stopped = true;
	}

	/** Tells of each message that is whole with these bytes; gives what is wrong when a length makes no sense. */
	feed(chunk: Buffer, view: DataView, length: number): string | undefined {
		let at = this.#carried === 0 ? 0 : this.#complete(chunk, length);
		while (at >= 0 && !this.#stopped && length - at >= 4) {
			const end = at + 4 + view.getInt32(at);
			if (end < at + 4 || end - at > messageBytesMost) return wrong(end - at - 4);
			if (end > length) break;
			this.#receive(chunk, view, at + 4, end);
			at = end;
		}
		if (at < 0) return wrong(this.#carryView.getInt32(0));
		if (at < length && !this.#stopped) this.#keep(chunk, at, length);
		return undefined;
	}

	/** Takes what the carried beginning of a message lacks; gives where the next one begins, -1 when there is none. */
	#complete(chunk: Buffer, length: number): number {
		let at = 0;
		if (this.#carried < 4) at = this.#append(chunk, at, Math.min(length, 4 - this.#carried));
		if (this.#carried < 4) return at;
		const whole = 4 + this.#carryView.getInt32(0);
		if (whole < 4 || whole > messageBytesMost) return -1;
		this.#fit(whole);
		at = this.#append(chunk, at, Math.min(length, at + whole - this.#carried));
		if (this.#carried < whole) return at;
		this.#carried = 0;
		this.#receive(this.#carry, this.#carryView, 4, whole);
		return at;
	}

	#append(chunk: Buffer, from: number, to: number): number {
		chunk.copy(this.#carry, this.#carried, from, to);
		this.#carried += to - from;
		return to;
	}

	#keep(chunk: Buffer, at: number, length: number): void {
		this.#fit(this.#carried + length - at);
		this.#append(chunk, at, length);
	}

	#fit(bytes: number): void {
		if (bytes <= this.#carry.length) return;
		const carry = Buffer.allocUnsafeSlow(Math.max(bytes, 2 * this.#carry.length));
		this.#carry.copy(carry, 0, 0, this.#carried);
		this.#carry = carry;
		this.#carryView = viewOf(carry);
	}
}

export function viewOf(bytes: Buffer): DataView {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function wrong(bytes: number): string {
	return `a message says it has ${bytes} bytes`;
}
