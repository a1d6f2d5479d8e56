/** Bytes that end where more were promised. */
export class ShortBytesError extends Error {
	override readonly name = "ShortBytesError";
}

/** Reads what `ByteSink` wrote. Every read throws `ShortBytesError` at the end of the bytes. */
export class ByteCursor {
	bytes: Buffer = Buffer.alloc(0);
	position = 0;
	end = 0;

	varint(): number {
		let value = 0;
		let factor = 1;
		for (;;) {
			const byte = this.byte();
			if (byte < 0x80) return value + byte * factor;
			value += (byte & 0x7f) * factor;
			factor *= 128;
		}
	}

	signed(): number {
		const value = this.varint();
		return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
	}

	byte(): number {
		if (this.position >= this.end) throw new ShortBytesError("the bytes end within a number");
		return this.bytes[this.position++] as number;
	}

	text(): string {
		const length = this.varint();
		const start = this.position;
		if (start + length > this.end) throw new ShortBytesError("the bytes end within a text");
		this.position += length;
		return this.bytes.toString("utf8", start, this.position);
	}
}
