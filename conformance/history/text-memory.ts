import type { ByteCursor } from "./byte-cursor.js";
import type { ByteSink } from "./byte-sink.js";

/** Beyond this both sides begin anew, so that a recorder that runs for days does not grow. */
export const textsMax = 1 << 18;

/** A text is written once, behind a 1; then as its number plus 2. 0 is null. */
export class TextWriter {
	readonly #ids = new Map<string, number>();

	get full(): boolean {
		return this.#ids.size >= textsMax;
	}

	write(sink: ByteSink, text: string | null): void {
		const code = text === null ? 0 : this.#codeOf(text);
		sink.varint(code);
		if (text !== null && code === 1) sink.text(text);
	}

	forget(): void {
		this.#ids.clear();
	}

	#codeOf(text: string): number {
		const known = this.#ids.get(text);
		if (known !== undefined) return known + 2;
		this.#ids.set(text, this.#ids.size);
		return 1;
	}
}

export class TextReader {
	#texts: string[] = [];

	/** Undefined for a number that was never given. */
	maybeRead(cursor: ByteCursor): string | null | undefined {
		const code = cursor.varint();
		if (code === 0) return null;
		if (code > 1) return this.#texts[code - 2];
		const text = cursor.text();
		this.#texts.push(text);
		return text;
	}

	forget(): void {
		this.#texts = [];
	}
}
