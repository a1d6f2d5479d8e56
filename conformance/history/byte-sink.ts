const initialBytes = 1 << 16;

/** Bytes that grow, with the primitives of the history's file. */
export class ByteSink {
	bytes = Buffer.allocUnsafe(initialBytes);
	length = 0;

	/** An integer from 0 to 2^53 - 1, seven bits a byte, the low ones first. */
	varint(value: number): void {
		this.#room(8);
		let rest = value;
		while (rest > 0x7fffffff) {
			this.bytes[this.length++] = (rest % 128) | 0x80;
			rest = Math.floor(rest / 128);
		}
		while (rest > 0x7f) {
			this.bytes[this.length++] = (rest & 0x7f) | 0x80;
			rest >>>= 7;
		}
		this.bytes[this.length++] = rest;
	}

	/** An integer of either sign: twice its amount, and one less for negative ones. */
	signed(value: number): void {
		this.varint(value < 0 ? -value * 2 - 1 : value * 2);
	}

	byte(value: number): void {
		this.#room(1);
		this.bytes[this.length++] = value;
	}

	/** Bytes of the text in UTF-8, behind their number. */
	text(text: string): void {
		const bytesMax = text.length * 3;
		this.#room(bytesMax + 8);
		if (text.length < 40 && this.#asciiText(text)) return;
		const length = Buffer.byteLength(text);
		this.varint(length);
		this.length += this.bytes.write(text, this.length);
	}

	/** Opens a gap of one byte to be filled by `endFrame`. */
	beginFrame(): number {
		this.byte(0);
		return this.length;
	}

	/** Writes the length of what came since `beginFrame` before it. */
	endFrame(start: number): void {
		const length = this.length - start;
		if (length < 0x80) {
			this.bytes[start - 1] = length;
			return;
		}
		const content = Buffer.from(this.bytes.subarray(start, this.length));
		this.length = start - 1;
		this.varint(length);
		this.#room(length);
		this.length += content.copy(this.bytes, this.length);
	}

	/** False, with nothing written, for a text with a character that takes more than a byte. */
	#asciiText(text: string): boolean {
		let at = this.length;
		this.bytes[at++] = text.length;
		for (let index = 0; index < text.length; index++) {
			const code = text.charCodeAt(index);
			if (code > 0x7f) return false;
			this.bytes[at++] = code;
		}
		this.length = at;
		return true;
	}

	#room(size: number): void {
		if (this.length + size <= this.bytes.length) return;
		const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + size));
		this.bytes.copy(grown, 0, 0, this.length);
		this.bytes = grown;
	}
}
